namespace PushApp.SocketIO;

/// <summary>Takes a message of another publisher byte by byte; one that ends too early is an <see cref="InvalidDataException"/>.</summary>
internal abstract class MessageReader(ReadOnlyMemory<byte> data)
{
    private int _at;

    public bool IsAtEnd => _at == data.Length;

    protected byte Byte() => Take(1)[0];

    protected ReadOnlySpan<byte> Take(int count) => TakeMemory(count).Span;

    protected ReadOnlyMemory<byte> TakeMemory(int count)
    {
        if (count > data.Length - _at)
        {
            throw EndsTooEarly();
        }

        var taken = data.Slice(_at, count);
        _at += count;
        return taken;
    }

    /// <summary>A length that the message gives: never more than there is, so that nothing is set aside for it.</summary>
    protected int Length(ulong length) => length <= (ulong)data.Length ? (int)length : throw EndsTooEarly();

    private static InvalidDataException EndsTooEarly() => new("It ends too early.");
}
