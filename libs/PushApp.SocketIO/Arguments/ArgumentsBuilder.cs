using System.Text.Json;

namespace PushApp.SocketIO;

/// <summary>Writes values as arguments; bytes among them become attachments.</summary>
internal sealed class ArgumentsBuilder(JsonSerializerOptions? options)
{
    private readonly JsonSerializerOptions _options = options ?? SocketJson.Default;
    private readonly List<ReadOnlyMemory<byte>> _items = [];
    private readonly List<ReadOnlyMemory<byte>> _attachments = [];

    public ArgumentsBuilder Add<T>(T value)
    {
        if (value is SocketArguments arguments)
        {
            Append(arguments);
            return this;
        }

        _items.Add(SocketJson.Serialize(value, _attachments, _options));
        return this;
    }

    public SocketArguments Build() => _items.Count == 0 ? SocketArguments.Empty : new SocketArguments([.. _items], [.. _attachments]);

    private void Append(SocketArguments arguments)
    {
        // Their placeholders count from 0, so that after others' attachments they have to be written anew.
        if (arguments.Attachments.Count > 0 && _attachments.Count > 0)
        {
            throw new ArgumentException("Only the first of several values may be SocketArguments with attachments.", nameof(arguments));
        }

        _items.AddRange(arguments.Items);
        _attachments.AddRange(arguments.Attachments);
    }
}
