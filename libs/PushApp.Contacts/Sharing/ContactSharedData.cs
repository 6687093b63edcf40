namespace PushApp.Contacts;

/// <summary>The data of <c>contact.shared</c>.</summary>
/// <param name="Id">Of this sharing.</param>
/// <param name="From">Who shared.</param>
/// <param name="ContactId">The recipient's copy.</param>
/// <param name="ContactName">What it is called.</param>
/// <param name="Outcome">As in <see cref="SharedContact"/>.</param>
/// <param name="Time">When, UTC.</param>
internal sealed record ContactSharedData(Guid Id, string From, long ContactId, string ContactName, string Outcome, DateTime Time);
