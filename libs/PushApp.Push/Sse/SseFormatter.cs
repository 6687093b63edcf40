using System.Buffers;
using System.Globalization;
using System.Text;
using PushApp.Push.Hub;

namespace PushApp.Push.Sse;

/// <summary>
/// The event stream format (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream). A frame of a channel carries two fields beyond
/// the standard's, <c>channel</c> and <c>traceparent</c>, which an EventSource ignores ("Otherwise: The field is ignored").
/// </summary>
internal static class SseFormatter
{
    public static ReadOnlySpan<byte> EndOfEvent => "\n"u8;

    /// <summary>The name of the field that carries a cursor.</summary>
    public static ReadOnlySpan<byte> Id => "id: "u8;

    /// <summary>A line without a field name is a comment, which dispatches nothing.</summary>
    public static ReadOnlySpan<byte> Heartbeat => ":\n\n"u8;

    /// <summary>An event of a channel.</summary>
    public static SseFrame FormatEvent(HubEvent item)
    {
        var entry = item.Entry;
        var writer = new ArrayBufferWriter<byte>(entry.Data.Length + 160);
        WriteField(writer, "event"u8, entry.Event);
        WriteField(writer, "channel"u8, item.Channel.Name.Value);
        if (item.TraceParent is { } traceParent)
        {
            WriteField(writer, "traceparent"u8, traceParent);
        }

        WriteData(writer, entry.Data.Span);
        return SseFrame.Of(writer.WrittenSpan, item.CursorPart);
    }

    /// <summary>An event of an application's own stream, whole.</summary>
    public static void Write(IBufferWriter<byte> writer, ServerSentEvent item)
    {
        if (item.Comment is { } comment)
        {
            foreach (var line in comment.Split(["\r\n", "\n", "\r"], StringSplitOptions.None))
            {
                WriteField(writer, default, line);
            }
        }

        if (item.Retry is { } retry)
        {
            WriteField(writer, "retry"u8, ((long)retry.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        }

        if (item.Id is { } id)
        {
            WriteField(writer, "id"u8, id);
        }

        if (item.Data is { } data)
        {
            if (item.Event is { } name)
            {
                WriteField(writer, "event"u8, name);
            }

            WriteData(writer, Encoding.UTF8.GetBytes(data));
        }

        writer.Write("\n"u8);
    }

    /// <summary>A control event of ours: never an id, so it never moves the client's cursor.</summary>
    public static byte[] FormatControl(string eventName, string json) => Encoding.UTF8.GetBytes($"event: {eventName}\ndata: {json}\n\n");

    /// <summary>The end of a stream: with the delay for a client that is to come back, or with the id that has a browser, which comes back all the same, told to stop.</summary>
    public static byte[] FormatClosing(CloseReason reason, TimeSpan returnAfter) => reason.Returns()
        ? [.. FormatRetry(returnAfter), .. FormatControl("push.closing", $$"""{"reason":"{{reason.Name()}}","retry":{{(long)returnAfter.TotalMilliseconds}}}""")]
        : [.. FormatControl("push.closing", $$"""{"reason":"{{reason.Name()}}"}"""), .. Encoding.ASCII.GetBytes($"id: {Cursor.Stop}\n\n")];

    public static byte[] FormatRetry(TimeSpan retry) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {(long)retry.TotalMilliseconds}\n"));

    public static void WriteField(IBufferWriter<byte> writer, ReadOnlySpan<byte> name, string value)
    {
        writer.Write(name);
        writer.Write(": "u8);
        Encoding.UTF8.GetBytes(value, writer);
        writer.Write("\n"u8);
    }

    /// <summary>
    /// One <c>data</c> line for each line of the text, at least one: without any, an event is not dispatched. Lines end at CR LF, LF or CR and nowhere else;
    /// the client puts them together with LF.
    /// </summary>
    private static void WriteData(IBufferWriter<byte> writer, ReadOnlySpan<byte> data)
    {
        while (true)
        {
            var end = data.IndexOfAny((byte)'\r', (byte)'\n');
            writer.Write("data: "u8);
            writer.Write(end < 0 ? data : data[..end]);
            writer.Write("\n"u8);
            if (end < 0)
            {
                return;
            }

            var isCrLf = data[end] == '\r' && end + 1 < data.Length && data[end + 1] == '\n';
            data = data[(end + (isCrLf ? 2 : 1))..];
        }
    }
}
