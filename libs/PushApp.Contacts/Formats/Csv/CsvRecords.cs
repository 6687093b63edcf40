using Sylvan.Data.Csv;

namespace PushApp.Contacts;

/// <summary>The records of a CSV text, each with its line. A record with broken quotes costs its first line; reading goes on with the next.</summary>
internal sealed class CsvRecords : IDisposable
{
    /// <summary>The longest record, in characters: the parser's buffer.</summary>
    public const int MaxRecordLength = 1024 * 1024;

    private const int BufferLength = 8 * 1024;

    // Each broken quote makes the parser read a buffer to MaxRecordLength characters in vain. Without a bound a file of quotes would cost its size squared.
    private const long MaxWasted = 64L * MaxRecordLength;

    private readonly ReplayTextReader _text;
    private readonly char _delimiter;
    private CsvDataReader _reader;
    private long _position;
    private long _line;
    private long _wasted;

    public CsvRecords(TextReader text, char delimiter, int firstLine)
    {
        _text = new ReplayTextReader(text);
        _delimiter = delimiter;
        _line = firstLine;
        _reader = CreateReader();
    }

    /// <summary>The line on which the record begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Why the record is none; null when it is one.</summary>
    public string? Broken { get; private set; }

    /// <summary>The broken record's line, cut when it is very long.</summary>
    public string BrokenText { get; private set; } = "";

    /// <summary>The record's length in characters.</summary>
    public int Length { get; private set; }

    public int FieldCount => Broken is null ? _reader.RowFieldCount : 0;

    public ReadOnlySpan<char> this[int field] => _reader.GetFieldSpan(field);

    /// <summary>Reads the next record, broken ones too; false at the end.</summary>
    /// <exception cref="ContactFileException">Quotes are broken all over the file.</exception>
    public bool Read()
    {
        Line = _line;
        Broken = null;
        try
        {
            if (!_reader.Read())
            {
                return false;
            }
        }
        catch (CsvRecordTooLargeException)
        {
            SkipLine($"The record is longer than {MaxRecordLength:N0} characters: a quote may be missing. Correct the line.", MaxRecordLength);
            return true;
        }
        catch (CsvFormatException)
        {
            SkipLine("The quotes are broken: a quoted field begins and ends with a quote, and a quote in it is written twice. Correct the line.", _text.Position - _position);
            return true;
        }

        var raw = _reader.GetRawRecordSpan();
        Length = raw.Length;
        _position += raw.Length;
        _line += CountLines(raw);
        _text.Release(_position);
        return true;
    }

    public string[] GetFields()
    {
        var fields = new string[FieldCount];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = this[i].ToString();
        }

        return fields;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _text.Dispose();
    }

    private void SkipLine(string reason, long wasted)
    {
        Broken = reason;
        _reader.Dispose();
        _text.Rewind(_position);
        var text = new System.Text.StringBuilder();
        long length = 0;
        int c;
        while ((c = _text.Read()) is not (-1 or '\n' or '\r'))
        {
            length++;
            _text.Release(_position + length);
            if (text.Length < 32 * 1024)
            {
                text.Append((char)c);
            }
        }

        if (c != -1)
        {
            length++;
            if (c == '\r' && _text.Peek() == '\n')
            {
                _text.Read();
                length++;
            }
        }

        BrokenText = text.ToString();
        Length = text.Length;
        _position += length;
        _line++;
        _wasted += Math.Max(Math.Max(wasted, length), BufferLength);
        if (_wasted > MaxWasted)
        {
            throw new ContactFileException(
                ContactFileProblem.NoAddressBook,
                $"The file's quotes are broken in many places, up to line {Line}. Export it again, or open it in a spreadsheet and save it as CSV.");
        }

        _reader = CreateReader();
    }

    private CsvDataReader CreateReader() => CsvDataReader.Create(
        _text,
        new CsvDataReaderOptions
        {
            HasHeaders = false,
            Delimiter = _delimiter,
            CsvStyle = CsvStyle.Standard,

            // '#' would begin a comment by default, and lose '#1 Plumbing Inc.'
            Comment = '\0',
            BufferSize = BufferLength,
            MaxBufferSize = MaxRecordLength,
            ResultSetMode = ResultSetMode.SingleResult,
            OwnsReader = false,
        });

    private static long CountLines(ReadOnlySpan<char> raw)
    {
        var feeds = System.MemoryExtensions.Count(raw, '\n');
        return raw.Contains('\r') ? feeds + LoneReturns(raw) : feeds;
    }

    private static long LoneReturns(ReadOnlySpan<char> raw)
    {
        var count = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            count += raw[i] == '\r' && (i + 1 == raw.Length || raw[i + 1] != '\n') ? 1 : 0;
        }

        return count;
    }
}
