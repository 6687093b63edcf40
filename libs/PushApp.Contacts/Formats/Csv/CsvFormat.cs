namespace PushApp.Contacts;

/// <summary>Comma-separated values (<see href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</see>) with a header row; also separated by semicolon, tab or bar.</summary>
internal sealed class CsvFormat : IContactFormat
{
    public string Name => "csv";

    public FormatVerdict Examine(string head, bool isWhole)
    {
        // A header that is not whole within the head would be read as shorter than it is.
        if (!isWhole && head.AsSpan().IndexOfAny('\r', '\n') < 0)
        {
            return FormatVerdict.Refuse(
                $"The file is no address book: its first line is longer than {head.Length:N0} characters. Choose a vCard file (.vcf), or a CSV file whose first line names the columns, as in 'Name,Email,Phone'.");
        }

        try
        {
            using var reader = Open(new StringReader(head));
            return FormatVerdict.Yes;
        }
        catch (ContactFileException exception)
        {
            return FormatVerdict.Refuse(exception.Message);
        }
    }

    public IContactReader Open(TextReader text)
    {
        var beginning = new char[4096];
        var length = text.ReadBlock(beginning);
        var head = beginning.AsSpan(0, length);
        var skipped = CsvDelimiter.ReadDeclaration(head, out var delimiter);
        if (skipped == 0)
        {
            delimiter = CsvDelimiter.Detect(head.TrimStart("\r\n"));
        }

        return new CsvContactReader(new ConcatenatedTextReader(new string(head[skipped..]), text), delimiter, skipped == 0 ? 1 : 2);
    }

    private sealed class ConcatenatedTextReader(string beginning, TextReader rest) : TextReader
    {
        private int _next;

        public override int Read(char[] buffer, int index, int count)
        {
            if (_next == beginning.Length)
            {
                return rest.Read(buffer, index, count);
            }

            count = Math.Min(count, beginning.Length - _next);
            beginning.CopyTo(_next, buffer, index, count);
            _next += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rest.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
