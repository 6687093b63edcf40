using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PushApp.SocketIO;

/// <summary>
/// Reads MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) as JSON, bytes as attachments. For what other publishers put into Redis; bounded in depth, and whatever is none
/// is an <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class MessagePackReader(ReadOnlyMemory<byte> data) : MessageReader(data)
{
    private const int MaxDepth = 64;

    public int ReadArrayHeader()
    {
        var code = Byte();
        return code switch
        {
            >= 0x90 and <= 0x9f => code & 0x0f,
            0xdc => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
            0xdd => Length(),
            _ => throw new InvalidDataException("An array was expected."),
        };
    }

    /// <summary>Writes the next value.</summary>
    public void Read(Utf8JsonWriter writer, List<ReadOnlyMemory<byte>> attachments, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidDataException("It is nested too deeply.");
        }

        var code = Byte();
        switch (code)
        {
            case <= 0x7f:
                writer.WriteNumberValue(code);
                break;
            case <= 0x8f:
                Map(code & 0x0f, writer, attachments, depth);
                break;
            case <= 0x9f:
                Array(code & 0x0f, writer, attachments, depth);
                break;
            case <= 0xbf:
                writer.WriteStringValue(Take(code & 0x1f));
                break;
            case 0xc0 or 0xc1:
                writer.WriteNullValue();
                break;
            case 0xc2 or 0xc3:
                writer.WriteBooleanValue(code == 0xc3);
                break;
            case 0xc4 or 0xc5 or 0xc6:
                Bytes(Size(code - 0xc4), writer, attachments);
                break;
            case 0xc7 or 0xc8 or 0xc9:
                Extension(Size(code - 0xc7), writer);
                break;
            case 0xca:
                Number(BinaryPrimitives.ReadSingleBigEndian(Take(4)), writer);
                break;
            case 0xcb:
                Number(BinaryPrimitives.ReadDoubleBigEndian(Take(8)), writer);
                break;
            case 0xcc:
                writer.WriteNumberValue(Byte());
                break;
            case 0xcd:
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt16BigEndian(Take(2)));
                break;
            case 0xce:
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt32BigEndian(Take(4)));
                break;
            case 0xcf:
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt64BigEndian(Take(8)));
                break;
            case 0xd0:
                writer.WriteNumberValue((sbyte)Byte());
                break;
            case 0xd1:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt16BigEndian(Take(2)));
                break;
            case 0xd2:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt32BigEndian(Take(4)));
                break;
            case 0xd3:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt64BigEndian(Take(8)));
                break;
            case 0xd4 or 0xd5 or 0xd6 or 0xd7 or 0xd8:
                Extension(1 << (code - 0xd4), writer);
                break;
            case 0xd9 or 0xda or 0xdb:
                writer.WriteStringValue(Take(Size(code - 0xd9)));
                break;
            case 0xdc:
                Array(BinaryPrimitives.ReadUInt16BigEndian(Take(2)), writer, attachments, depth);
                break;
            case 0xdd:
                Array(Length(), writer, attachments, depth);
                break;
            case 0xde:
                Map(BinaryPrimitives.ReadUInt16BigEndian(Take(2)), writer, attachments, depth);
                break;
            case 0xdf:
                Map(Length(), writer, attachments, depth);
                break;
            default:
                writer.WriteNumberValue((sbyte)code);
                break;
        }
    }

    private static void Number(double value, Utf8JsonWriter writer)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            // As JSON.stringify.
            writer.WriteNullValue();
        }
    }

    private void Array(int count, Utf8JsonWriter writer, List<ReadOnlyMemory<byte>> attachments, int depth)
    {
        writer.WriteStartArray();
        for (var i = 0; i < count; i++)
        {
            Read(writer, attachments, depth + 1);
        }

        writer.WriteEndArray();
    }

    private void Map(int count, Utf8JsonWriter writer, List<ReadOnlyMemory<byte>> attachments, int depth)
    {
        writer.WriteStartObject();
        for (var i = 0; i < count; i++)
        {
            writer.WritePropertyName(Key());
            Read(writer, attachments, depth + 1);
        }

        writer.WriteEndObject();
    }

    private string Key()
    {
        var code = Byte();
        return code switch
        {
            <= 0x7f => code.ToString(CultureInfo.InvariantCulture),
            >= 0xa0 and <= 0xbf => Encoding.UTF8.GetString(Take(code & 0x1f)),
            0xd9 or 0xda or 0xdb => Encoding.UTF8.GetString(Take(Size(code - 0xd9))),
            _ => throw new InvalidDataException("A key is a string."),
        };
    }

    private void Bytes(int length, Utf8JsonWriter writer, List<ReadOnlyMemory<byte>> attachments)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("_placeholder"u8, true);
        writer.WriteNumber("num"u8, attachments.Count);
        writer.WriteEndObject();
        attachments.Add(TakeMemory(length));
    }

    private void Extension(int length, Utf8JsonWriter writer)
    {
        var type = (sbyte)Byte();
        var bytes = Take(length);
        if (type is 0 && length == 8)
        {
            // notepack's dates of old: milliseconds.
            writer.WriteStringValue(DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(BinaryPrimitives.ReadInt64BigEndian(bytes), -62_135_596_800_000, 253_402_300_799_999)));
        }
        else if (type is -1 && length is 4 or 8)
        {
            var value = length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);
            var seconds = (long)(length == 4 ? value : value & 0x3_ffff_ffff);
            var nanoseconds = length == 4 ? 0 : (long)(value >> 34);
            writer.WriteStringValue(DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100));
        }
        else
        {
            // undefined, and what only its writer knows.
            writer.WriteNullValue();
        }
    }

    private int Size(int kind) => kind switch
    {
        0 => Byte(),
        1 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
        _ => Length(),
    };

    private int Length() => Length(BinaryPrimitives.ReadUInt32BigEndian(Take(4)));
}
