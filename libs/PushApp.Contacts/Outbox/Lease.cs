namespace PushApp.Contacts;

/// <summary>The right to do something that one process at a time may do.</summary>
internal sealed class Lease
{
    public required string Name { get; init; }

    public required string Token { get; set; }

    public DateTimeOffset Until { get; set; }
}
