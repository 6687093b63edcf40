using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace PushApp.SocketIO;

/// <summary>
/// Reads what Python's pickle (https://docs.python.org/3/library/pickle.html, opcodes in https://github.com/python/cpython/blob/main/Lib/pickletools.py) writes of plain data, protocols 3 to 5: texts, numbers,
/// bytes, lists, tuples, dictionaries. The opcodes that name classes or call anything are refused, so that a message can have nothing run; whatever is no plain data is an
/// <see cref="InvalidDataException"/>. A stack machine: no recursion.
/// </summary>
/// <remarks>Values are <c>null</c>, <c>bool</c>, <see cref="BigInteger"/>, <c>double</c>, <c>string</c>, <c>byte[]</c>, <see cref="List{T}"/>, <c>object[]</c> for a tuple, and <see cref="Dictionary{TKey, TValue}"/>. One object may stand in several places, and even in itself: whoever walks through them bounds that.</remarks>
internal sealed class PickleReader(ReadOnlyMemory<byte> data) : MessageReader(data)
{
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];

    /// <summary>Whether something begins as a pickle of those protocols; JSON never does.</summary>
    public static bool IsPickle(ReadOnlySpan<byte> data) => data is [0x80, ..];

    public object? Read()
    {
        while (true)
        {
            var code = Byte();
            if (code == '.')
            {
                return _stack.Count == 1 && _marks.Count == 0 ? Pop() : throw new InvalidDataException("It ends with more than one value.");
            }

            Do(code);
        }
    }

    private void Do(byte code)
    {
        switch (code)
        {
            case 0x80: // PROTO
                if (Byte() is not (>= 3 and <= 5))
                {
                    throw new InvalidDataException("Its protocol is not one of 3 to 5.");
                }

                break;
            case 0x95: // FRAME
                Take(8);
                break;
            case (byte)'(':
                _marks.Push(_stack.Count);
                break;
            case (byte)'0': // POP
                Pop();
                break;
            case (byte)'N':
                Push(null);
                break;
            case 0x88 or 0x89:
                Push(code == 0x88);
                break;
            case (byte)'J':
                Push(new BigInteger(BinaryPrimitives.ReadInt32LittleEndian(Take(4))));
                break;
            case (byte)'K':
                Push(new BigInteger(Byte()));
                break;
            case (byte)'M':
                Push(new BigInteger(BinaryPrimitives.ReadUInt16LittleEndian(Take(2))));
                break;
            case 0x8a: // LONG1
                Push(new BigInteger(Take(Byte())));
                break;
            case (byte)'G':
                Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            case 0x8c:
                Push(Text(Byte()));
                break;
            case (byte)'X':
                Push(Text(Length()));
                break;
            case 0x8d:
                Push(Text(LongLength()));
                break;
            case (byte)'C':
                Push(Take(Byte()).ToArray());
                break;
            case (byte)'B':
                Push(Take(Length()).ToArray());
                break;
            case 0x8e or 0x96: // BINBYTES8, BYTEARRAY8
                Push(Take(LongLength()).ToArray());
                break;
            case (byte)']':
                Push(new List<object?>());
                break;
            case (byte)'}':
                Push(new Dictionary<string, object?>(StringComparer.Ordinal));
                break;
            case (byte)')':
                Push(Array.Empty<object?>());
                break;
            case 0x85 or 0x86 or 0x87:
                Push(PopMany(_stack.Count - (code - 0x84)));
                break;
            case (byte)'t':
                Push(PopMany(PopMark()));
                break;
            case (byte)'l':
                Push(PopMany(PopMark()).ToList());
                break;
            case (byte)'d':
                var pairs = PopMany(PopMark());
                Push(new Dictionary<string, object?>(StringComparer.Ordinal));
                Set(pairs);
                break;
            case (byte)'a':
                Append([Pop()]);
                break;
            case (byte)'e':
                Append(PopMany(PopMark()));
                break;
            case (byte)'s':
                Set(PopMany(_stack.Count - 2));
                break;
            case (byte)'u':
                Set(PopMany(PopMark()));
                break;
            case 0x94: // MEMOIZE
                _memo[(uint)_memo.Count] = Top();
                break;
            case (byte)'q':
                _memo[Byte()] = Top();
                break;
            case (byte)'r':
                _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top();
                break;
            case (byte)'h':
                Push(Remembered(Byte()));
                break;
            case (byte)'j':
                Push(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            default:
                throw new InvalidDataException($"It holds more than plain data (opcode 0x{code:x2}): emit texts, numbers, bytes, lists and dictionaries.");
        }
    }

    private void Append(object?[] items)
    {
        if (Top() is not List<object?> list)
        {
            throw new InvalidDataException("It appends to what is no list.");
        }

        list.AddRange(items);
    }

    private void Set(object?[] pairs)
    {
        if (Top() is not Dictionary<string, object?> dictionary || pairs.Length % 2 != 0)
        {
            throw new InvalidDataException("It sets items of what is no dictionary.");
        }

        for (var i = 0; i < pairs.Length; i += 2)
        {
            // As json.dumps writes keys.
            dictionary[pairs[i] switch
            {
                string text => text,
                null => "null",
                bool value => value ? "true" : "false",
                BigInteger number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
                _ => throw new InvalidDataException("A key is a text or a number."),
            }] = pairs[i + 1];
        }
    }

    private void Push(object? value) => _stack.Add(value);

    private object? Top() => _stack.Count > 0 ? _stack[^1] : throw new InvalidDataException("It takes what is not there.");

    private object? Pop()
    {
        var top = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] PopMany(int from)
    {
        if (from < 0)
        {
            throw new InvalidDataException("It takes what is not there.");
        }

        object?[] items = [.. _stack[from..]];
        _stack.RemoveRange(from, items.Length);
        return items;
    }

    private int PopMark() => _marks.TryPop(out var mark) && mark <= _stack.Count ? mark : throw new InvalidDataException("It goes back to a mark that is not there.");

    private object? Remembered(uint index) => _memo.TryGetValue(index, out var value) ? value : throw new InvalidDataException("It refers to what is not there.");

    // Strict: half of a surrogate pair (Python's "surrogatepass") is no text that a browser could be sent.
    private string Text(int length)
    {
        try
        {
            return StrictUtf8.GetString(Take(length));
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException("A text is not UTF-8.", error);
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int Length() => Length(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));

    private int LongLength() => Length(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)));
}
