using System.Text.Json.Serialization;

namespace PushApp.Contacts;

/// <summary>The data of <c>notification.read</c>: either some, or all.</summary>
internal sealed record NotificationReadData(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Guid>? Ids,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool All);
