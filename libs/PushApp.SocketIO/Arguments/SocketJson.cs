using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PushApp.SocketIO;

/// <summary>How arguments are written and read: System.Text.Json, with bytes as Socket.IO's binary attachments.</summary>
public static class SocketJson
{
    [ThreadStatic]
    private static List<ReadOnlyMemory<byte>>? _written;

    [ThreadStatic]
    private static ReadOnlyMemory<byte>[]? _read;

    /// <summary>
    /// camelCase as <see cref="JsonSerializerOptions.Web"/>, nothing escaped that JSON does not ask for (the text goes to no HTML page), and bytes as attachments.
    /// </summary>
    public static JsonSerializerOptions Default { get; } = Create(null);

    /// <summary>Options as <paramref name="options"/>, or the defaults, with bytes as attachments.</summary>
    public static JsonSerializerOptions Create(JsonSerializerOptions? options)
    {
        var created = options is null
            ? new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            : new JsonSerializerOptions(options);
        created.Converters.Add(new AttachmentConverter<byte[]>(bytes => bytes, bytes => bytes.ToArray()));
        created.Converters.Add(new AttachmentConverter<ReadOnlyMemory<byte>>(bytes => bytes, bytes => bytes));
        created.Converters.Add(new AttachmentConverter<Memory<byte>>(bytes => bytes, bytes => bytes.ToArray()));
        created.TypeInfoResolver ??= new DefaultJsonTypeInfoResolver();
        created.MakeReadOnly();
        return created;
    }

    internal static List<ReadOnlyMemory<byte>>? Writing => _written;

    internal static ReadOnlyMemory<byte>[]? Reading => _read;

    internal static byte[] Serialize<T>(T value, List<ReadOnlyMemory<byte>> attachments, JsonSerializerOptions options)
    {
        // Converters are shared by all calls, and a call stays on its thread, so what belongs to the call lies with the thread.
        var outer = _written;
        _written = attachments;
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(value, options);
        }
        finally
        {
            _written = outer;
        }
    }

    internal static T? Deserialize<T>(ReadOnlySpan<byte> json, ReadOnlyMemory<byte>[] attachments, JsonSerializerOptions options)
    {
        var outer = _read;
        _read = attachments;
        try
        {
            return JsonSerializer.Deserialize<T>(json, options);
        }
        catch (Exception exception) when (exception is InvalidOperationException or NotSupportedException)
        {
            // Text with half a surrogate pair; or a type that cannot be read from what came.
            throw new JsonException(exception.Message, exception);
        }
        finally
        {
            _read = outer;
        }
    }

    /// <summary>Writes text as JSON.</summary>
    [SuppressMessage("Performance", "CA1869", Justification = "These options are a static of this class.")]
    internal static byte[] Text(string text) => JsonSerializer.SerializeToUtf8Bytes(text, Default);
}
