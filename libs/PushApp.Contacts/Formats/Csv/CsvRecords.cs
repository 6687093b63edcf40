using Sylvan.Data.Csv;

namespace PushApp.Contacts;

/// <summary>The records of a CSV text, each with its line. A record with broken quotes costs its first line; reading goes on with the next.</summary>
/// <remarks>
/// A line whose quote does not close makes a parser read on for up to <see cref="MaxRecordLength"/> characters in vain, and so may the next line, and the next. But wherever the next
/// line's record is inside of quotes at the end of a line, as the failed one was there, both go on alike and fail alike. So what a failed record went over is remembered
/// (<see cref="_failedUntil"/>): in it a record that does not end with its line is broken, without being read to its end. Every character is thus looked at a bounded number of times.
/// </remarks>
internal sealed class CsvRecords : IDisposable
{
    /// <summary>The longest record, in characters: the parser's buffer.</summary>
    public const int MaxRecordLength = 1024 * 1024;

    /// <summary>Why a record is rejected whose quotes are not what they should be.</summary>
    public const string BrokenQuotes =
        "The quotes are broken: a quoted field begins and ends with a quote, and a quote in it is written twice. Correct the line.";

    private const int BufferLength = 8 * 1024;

    // What is shown of a broken line.
    private const int MaxSourceLength = 32 * 1024;

    private readonly ReplayTextReader _text;
    private readonly char _delimiter;
    private CsvDataReader? _reader;
    private long _position;
    private long _line;
    private long _failedUntil;

    public CsvRecords(TextReader text, char delimiter, int firstLine)
    {
        _text = new ReplayTextReader(text);
        _delimiter = delimiter;
        _line = firstLine;
    }

    /// <summary>Why a record is rejected that does not end.</summary>
    public static string TooLong { get; } = FormattableString.Invariant($"The record is longer than {MaxRecordLength:N0} characters");

    /// <summary>The line on which the record begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Why the record is none; null when it is one.</summary>
    public string? Broken { get; private set; }

    /// <summary>The broken record's line, cut when it is very long.</summary>
    public string BrokenText { get; private set; } = "";

    /// <summary>The record's length in characters.</summary>
    public int Length { get; private set; }

    public int FieldCount => Broken is null ? _reader!.RowFieldCount : 0;

    public ReadOnlySpan<char> this[int field] => _reader!.GetFieldSpan(field);

    /// <summary>Reads the next record, broken ones too; false at the end.</summary>
    public bool Read()
    {
        Line = _line;
        Broken = null;
        if (_position < _failedUntil && IsInFailed())
        {
            SkipLine(BrokenQuotes);
            return true;
        }

        try
        {
            _reader ??= CreateReader();
            if (!_reader.Read())
            {
                return false;
            }
        }
        catch (CsvRecordTooLargeException)
        {
            SkipLine(ScanFailed() == CsvQuoteState.Quoted ? $"{TooLong}: a quote may be missing. Correct the line." : $"{TooLong}. Shorten it.");
            return true;
        }
        catch (CsvFormatException)
        {
            ScanFailed();
            SkipLine(BrokenQuotes);
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
        _reader?.Dispose();
        _text.Dispose();
    }

    /// <summary>Whether the record goes on behind its first line where a failed one went on; the parser, which has read ahead, stays where it was.</summary>
    private bool IsInFailed()
    {
        var ahead = _text.Position;
        var state = Scan(MaxRecordLength, toLineEnd: true, out var length);
        _text.Rewind(ahead);
        return state == CsvQuoteState.Quoted && _position + length <= _failedUntil;
    }

    /// <summary>Remembers how far the record went that could not be read.</summary>
    private CsvQuoteState ScanFailed()
    {
        var state = Scan(MaxRecordLength, toLineEnd: false, out var length);
        if (state is not CsvQuoteState.RecordEnd)
        {
            _failedUntil = Math.Max(_failedUntil, _position + length);
        }

        return state;
    }

    private CsvQuoteState Scan(int maxLength, bool toLineEnd, out long length)
    {
        _text.Rewind(_position);
        var scanner = new CsvQuoteScanner(_delimiter, toLineEnd);
        length = 0;
        while (length < maxLength && _text.Ahead() is { IsEmpty: false } part)
        {
            part = part[..(int)Math.Min(part.Length, maxLength - length)];
            var count = scanner.Scan(part);
            _text.Skip(count);
            length += count;
            if (scanner.IsDone)
            {
                break;
            }
        }

        return scanner.State;
    }

    private void SkipLine(string reason)
    {
        Broken = reason;
        _reader?.Dispose();
        _reader = null;
        _text.Rewind(_position);
        var text = new System.Text.StringBuilder();
        var end = -1;
        while (end < 0 && _text.Ahead() is { IsEmpty: false } part)
        {
            end = part.IndexOfAny('\r', '\n');
            var count = end < 0 ? part.Length : end;
            text.Append(part[..Math.Min(count, MaxSourceLength - text.Length)]);
            _text.Skip(count);
            _text.Release(_text.Position);
        }

        if (end >= 0 && _text.Read() == '\r' && _text.Peek() == '\n')
        {
            _text.Read();
        }

        BrokenText = text.ToString();
        Length = text.Length;
        _position = _text.Position;
        _text.Release(_position);
        _line++;
    }

    private CsvDataReader CreateReader()
    {
        _text.Rewind(_position);
        return CsvDataReader.Create(
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
    }

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
