using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using PushApp.Push;

namespace PushApp.SocketIO;

/// <summary>An event of a namespace's channel: one line that says for whom, as JSON, and then the arguments.</summary>
internal sealed record NamespaceEntry(EmitTarget Target, SocketArguments Arguments)
{
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    private sealed record Header(ImmutableArray<string> Rooms, ImmutableArray<string> Except);

    public static EventData Format(EmitTarget target, SocketArguments arguments) =>
        $"{JsonSerializer.Serialize(new Header(target.Rooms, target.Except), Json)}\n{ArgumentsText.Format(arguments).Text}";

    /// <summary>Null for data that somebody else wrote there.</summary>
    public static NamespaceEntry? Parse(string name, ReadOnlyMemory<byte> data)
    {
        var line = data.Span.IndexOf((byte)'\n');
        if (line < 0)
        {
            return null;
        }

        try
        {
            var header = JsonSerializer.Deserialize<Header>(data.Span[..line], Json);
            return header is null || header.Rooms.IsDefault || header.Except.IsDefault
                ? null
                : new NamespaceEntry(new EmitTarget(name) { Rooms = header.Rooms, Except = header.Except }, ArgumentsText.Parse(data[(line + 1)..]));
        }
        catch (Exception exception) when (exception is JsonException or DecoderFallbackException)
        {
            return null;
        }
    }
}
