using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace PushApp.Push;

/// <summary>
/// Where an event stands in its channel's log: a sequence that grows by one, and a tag of 32 random bits drawn by the publisher,
/// so that a log that was lost or restored from an older copy never shows an old position again.
/// </summary>
/// <param name="Sequence">1 for the first event of a log; 0 with tag 0 is "before everything".</param>
/// <param name="Tag">The random tag of this entry.</param>
[JsonConverter(typeof(PositionJsonConverter))]
public readonly record struct Position(long Sequence, uint Tag) : ISpanFormattable
{
    /// <summary>The longest text: 19 digits, a dash, 8 hexadecimal digits.</summary>
    public const int MaxTextLength = 28;

    /// <summary>Reads what <see cref="ToString()"/> writes; anything else is no position.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Position position)
    {
        position = default;
        var dash = text.IndexOf('-');
        if (dash is < 1 or > 19 || text.Length - dash - 1 != 8
            || !long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            || !uint.TryParse(text[(dash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var tag))
        {
            return false;
        }

        position = new Position(sequence, tag);
        return true;
    }

    /// <summary>Reads what <see cref="ToString()"/> writes; anything else is no position.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Position position) => TryParse(text.AsSpan(), out position);

    /// <summary>The text form, as in <c>42-9f3c01ab</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}-{Tag:x8}");

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite(CultureInfo.InvariantCulture, $"{Sequence}-{Tag:x8}", out charsWritten);
}
