using System.Text;

namespace PushApp.Contacts;

/// <summary>Turns vCards into contacts.</summary>
internal sealed class VCardReader(TextReader text) : IContactReader
{
    /// <summary>The longest card, in characters, without pictures and the like: as long as a CSV record may be.</summary>
    public const int MaxCardLength = 1024 * 1024;

    // What is shown of a rejected card.
    private const int MaxSourceLength = 32 * 1024;

    private readonly VCardLineReader _lines = new(text);
    private readonly StringBuilder _source = new();
    private string? _pending;

    public string[] Header { get; } = [RejectedRowsFormat.CardColumn];

    public string? Notice => null;

    public bool TryRead(out ContactRecord record)
    {
        _source.Clear();
        while ((_pending ?? _lines.Read()) is { } line)
        {
            _pending = null;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            Keep(line);
            if (IsBegin(line))
            {
                record = ReadCard();
                return true;
            }

            // One complaint for all that lies between two cards.
            var start = _lines.Line;
            while ((_pending = _lines.Read()) is { } next && !IsBegin(next))
            {
                Keep(next);
            }

            record = Rejected("This is no vCard: one begins with 'BEGIN:VCARD'.", start);
            return true;
        }

        record = default;
        return false;
    }

    public void Dispose() => _lines.Dispose();

    // Files that were put together have a byte order mark between them.
    private static bool IsBegin(string line) => line.AsSpan().Trim().Trim('\uFEFF').Equals("BEGIN:VCARD", StringComparison.OrdinalIgnoreCase);

    private ContactRecord ReadCard()
    {
        var start = _lines.Line;
        var card = new VCardBuilder();
        string? reason = null;
        var length = 0L;
        while (_lines.Read() is { } line)
        {
            if (line.AsSpan().Trim().Equals("END:VCARD", StringComparison.OrdinalIgnoreCase))
            {
                Keep(line);
                reason ??= card.Complete();
                return reason is null ? ContactRecord.Accepted(start, card.Draft, (int)length) : Rejected(reason, start);
            }

            if (IsBegin(line))
            {
                _pending = line;
                return Rejected("The card does not end: 'END:VCARD' is missing before the next one.", start);
            }

            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (length > MaxCardLength)
            {
                // Read over to its end; what was collected of it by now is all that it takes.
                continue;
            }

            if (VCardProperty.Parse(line) is not { } property)
            {
                length += line.Length;
                Keep(line);
                reason ??= $"'{Text.Shorten(line)}' (line {_lines.Line}) is no vCard line: it has no name and colon, as in 'TEL:+1 555 0100'.";
            }
            else if (!VCardBuilder.IsMedia(property))
            {
                length += line.Length;
                Keep(line);
                reason ??= length > MaxCardLength ? $"The card is longer than {MaxCardLength:N0} characters, pictures left out. Split it, or shorten its notes."
                    : _lines.IsCut ? $"{property.Name} (line {_lines.Line}) is longer than {VCardLineReader.MaxLength:N0} characters. Shorten it." : card.Add(property);
            }
        }

        return Rejected("The card does not end: 'END:VCARD' is missing at the end of the file.", start);
    }

    private ContactRecord Rejected(string reason, long line) => ContactRecord.RejectedFor(reason, line, [_source.ToString()], _source.Length);

    private void Keep(string line)
    {
        if (_source.Length + line.Length < MaxSourceLength)
        {
            _source.Append(line).Append('\n');
        }
    }
}
