using System.Text.Json;

namespace PushApp.SocketIO;

/// <summary>
/// The arguments of an event or an acknowledgement: JSON as it came or will go, and the binary attachments that it refers to. Immutable. As a parameter of an event's method
/// it takes all arguments that are left; emitted or returned, each of its items is one argument, byte for byte as it came.
/// </summary>
public sealed class SocketArguments
{
    private readonly ReadOnlyMemory<byte>[] _items;
    private readonly ReadOnlyMemory<byte>[] _attachments;

    internal SocketArguments(ReadOnlyMemory<byte>[] items, ReadOnlyMemory<byte>[] attachments)
    {
        _items = items;
        _attachments = attachments;
    }

    /// <summary>No arguments.</summary>
    public static SocketArguments Empty { get; } = new([], []);

    /// <summary>How many there are.</summary>
    public int Count => _items.Length;

    /// <summary>The binary attachments, in the order of their numbers. A placeholder <c>{"_placeholder":true,"num":0}</c> in the JSON stands for one.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Attachments => _attachments;

    internal ReadOnlyMemory<byte>[] Items => _items;

    internal ReadOnlyMemory<byte>[] AttachmentArray => _attachments;

    /// <summary>An argument's JSON, in UTF-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public ReadOnlyMemory<byte> GetJson(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _items.Length);
        return _items[index];
    }

    /// <summary>Reads an argument; <c>byte[]</c>, <see cref="ReadOnlyMemory{T}"/> and <see cref="Memory{T}"/> of bytes come from its attachments.</summary>
    /// <param name="index">Which one, from 0.</param>
    /// <param name="options">How to read it. Default: <see cref="SocketJson.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    /// <exception cref="JsonException">It is nothing of that type.</exception>
    public T? Get<T>(int index, JsonSerializerOptions? options = null) =>
        SocketJson.Deserialize<T>(GetJson(index).Span, _attachments, options ?? SocketJson.Default);

    /// <summary>One argument.</summary>
    /// <param name="first">The argument. A <see cref="SocketArguments"/> stands for its own items.</param>
    /// <param name="options">How to write it. Default: <see cref="SocketJson.Default"/>.</param>
    public static SocketArguments From<T>(T first, JsonSerializerOptions? options = null) => new ArgumentsBuilder(options).Add(first).Build();

    /// <summary>Two arguments.</summary>
    /// <inheritdoc cref="From{T}"/>
    public static SocketArguments From<T1, T2>(T1 first, T2 second, JsonSerializerOptions? options = null) =>
        new ArgumentsBuilder(options).Add(first).Add(second).Build();

    /// <summary>Three arguments.</summary>
    /// <inheritdoc cref="From{T}"/>
    public static SocketArguments From<T1, T2, T3>(T1 first, T2 second, T3 third, JsonSerializerOptions? options = null) =>
        new ArgumentsBuilder(options).Add(first).Add(second).Add(third).Build();

    /// <summary>Four arguments.</summary>
    /// <inheritdoc cref="From{T}"/>
    public static SocketArguments From<T1, T2, T3, T4>(T1 first, T2 second, T3 third, T4 fourth, JsonSerializerOptions? options = null) =>
        new ArgumentsBuilder(options).Add(first).Add(second).Add(third).Add(fourth).Build();

    /// <summary>Any number of arguments.</summary>
    /// <param name="arguments">Each becomes one.</param>
    /// <param name="options">How to write them. Default: <see cref="SocketJson.Default"/>.</param>
    public static SocketArguments FromList(IEnumerable<object?> arguments, JsonSerializerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var builder = new ArgumentsBuilder(options);
        foreach (var argument in arguments)
        {
            builder.Add(argument);
        }

        return builder.Build();
    }
}
