namespace PushApp.Contacts;

/// <summary>What a format says of a file's beginning.</summary>
/// <param name="IsMine">Whether it is of this format.</param>
/// <param name="Refusal">Why it cannot be imported although it resembles the format; the last format's word is what people read.</param>
internal readonly record struct FormatVerdict(bool IsMine, string? Refusal)
{
    public static FormatVerdict Yes { get; } = new(true, null);

    public static FormatVerdict No { get; } = new(false, null);

    public static FormatVerdict Refuse(string reason) => new(false, reason);
}
