using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PushApp.Push.Redis;

/// <summary>
/// One event as it stands in a log and travels over pub/sub; the only reader of that format. A logged event is written by append.lua:
/// <c>L sequence tag previousTag timeMs expiresMs traceparent idempotencyKey \n event \n data</c>, an ephemeral one by <see cref="FormatEphemeral"/>:
/// <c>E timeMs traceparent \n event \n data</c>. Readers skip further fields of the first line.
/// </summary>
internal sealed class LogEntry
{
    private LogEntry()
    {
    }

    /// <summary>Where it stands; default for an ephemeral event.</summary>
    public Position Position { get; private init; }

    /// <summary>The tag of the entry before it.</summary>
    public uint PreviousTag { get; private init; }

    public bool IsLogged { get; private init; }

    /// <summary>An entry that only gives the first event something to link to.</summary>
    public bool IsRoot => IsLogged && Event.Length == 0;

    public long TimeMs { get; private init; }

    /// <summary>When it is no longer handed to those who resume; 0 for never.</summary>
    public long ExpiresMs { get; private init; }

    /// <summary>The W3C trace context it was published in, or null.</summary>
    public string? TraceParent { get; private init; }

    public string Event { get; private init; } = "";

    /// <summary>The data as UTF-8.</summary>
    public ReadOnlyMemory<byte> Data { get; private init; }

    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(TimeMs);

    public static byte[] FormatEphemeral(long timeMs, string? traceParent, string eventName, string data) =>
        Encoding.UTF8.GetBytes($"E {timeMs} {traceParent ?? "-"}\n{eventName}\n{data}");

    /// <summary>The body that a log's entry and an ephemeral event share.</summary>
    public static byte[] FormatBody(string eventName, string data) => Encoding.UTF8.GetBytes($"{eventName}\n{data}");

    /// <summary>Reads an entry; what is none (a foreign message on our channel) gives false.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out LogEntry? entry)
    {
        entry = null;
        var span = bytes.Span;
        var headerEnd = span.IndexOf((byte)'\n');
        if (headerEnd < 2)
        {
            return false;
        }

        var header = new Fields(span[..headerEnd]);
        var rest = span[(headerEnd + 1)..];
        var nameEnd = rest.IndexOf((byte)'\n');
        if (nameEnd < 0)
        {
            return false;
        }

        var name = Encoding.UTF8.GetString(rest[..nameEnd]);
        var data = bytes[(headerEnd + nameEnd + 2)..];
        var kind = header.Next();
        if (kind.SequenceEqual("E"u8) && TryNumber(header.Next(), out var time))
        {
            entry = new LogEntry { TimeMs = time, TraceParent = Trace(header.Next()), Event = name, Data = data };
            return true;
        }

        if (kind.SequenceEqual("L"u8) && TryPosition(ref header, out var position, out var previous)
            && TryNumber(header.Next(), out time) && TryNumber(header.Next(), out var expires))
        {
            entry = new LogEntry
            {
                IsLogged = true,
                Position = position,
                PreviousTag = previous,
                TimeMs = time,
                ExpiresMs = expires,
                TraceParent = Trace(header.Next()),
                Event = name,
                Data = data,
            };
            return true;
        }

        return false;
    }

    /// <summary>Reads the position from an entry's first line.</summary>
    public static bool TryParsePosition(ReadOnlySpan<byte> header, out Position position)
    {
        var fields = new Fields(header);
        position = default;
        return fields.Next().SequenceEqual("L"u8) && TryPosition(ref fields, out position, out _);
    }

    private static bool TryPosition(ref Fields fields, out Position position, out uint previousTag)
    {
        position = default;
        previousTag = 0;
        if (!TryNumber(fields.Next(), out var sequence) || !TryTag(fields.Next(), out var tag) || !TryTag(fields.Next(), out previousTag))
        {
            return false;
        }

        position = new Position(sequence, tag);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && value >= 0;

    private static bool TryTag(ReadOnlySpan<byte> text, out uint value) =>
        Utf8Parser.TryParse(text, out value, out var used, 'x') && used == text.Length;

    private static string? Trace(ReadOnlySpan<byte> text) => text.Length < 2 ? null : Encoding.UTF8.GetString(text);

    /// <summary>Space-separated fields, one after the other; empty when there are no more.</summary>
    private ref struct Fields(ReadOnlySpan<byte> text)
    {
        private ReadOnlySpan<byte> _rest = text;

        public ReadOnlySpan<byte> Next()
        {
            var space = _rest.IndexOf((byte)' ');
            var field = space < 0 ? _rest : _rest[..space];
            _rest = space < 0 ? default : _rest[(space + 1)..];
            return field;
        }
    }
}
