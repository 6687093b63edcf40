using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using PushApp.SocketIO;

namespace PushApp.Tests.Unit.SocketIO;

public sealed class MessagePackReaderTests
{
    [Theory]
    [InlineData("93a161017fc0", """["a",1,127]""", 1)]
    [InlineData("ff", "-1", 0)]
    [InlineData("d1ff00", "-256", 0)]
    [InlineData("cb3ff8000000000000", "1.5", 0)]
    [InlineData("82a16101a162c3", """{"a":1,"b":true}""", 0)]
    [InlineData("c403010203", """{"_placeholder":true,"num":0}""", 0)]
    [InlineData("d40000", "null", 0)]
    [InlineData("d6ff00000001", "\"1970-01-01T00:00:01+00:00\"", 0)]
    [InlineData("cb7ff8000000000000", "null", 0)]
    public void Values_become_json(string hex, string json, int left)
    {
        var bytes = Convert.FromHexString(hex);
        var reader = new MessagePackReader(bytes);
        Assert.Equal(json, Read(reader));
        Assert.Equal(left == 0, reader.IsAtEnd);
    }

    [Fact]
    public void Any_bytes_end_in_json_or_an_error() => Gen.Byte.Array[0, 60].Sample(
        bytes =>
        {
            try
            {
                using var document = JsonDocument.Parse(Read(new MessagePackReader(bytes)));
            }
            catch (Exception error) when (error is InvalidDataException or ArgumentException or InvalidOperationException)
            {
                // Said, and skipped by whoever reads it.
            }
        },
        iter: 20_000);

    private static string Read(MessagePackReader reader)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            reader.Read(writer, []);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan).Replace("\\u002B", "+", StringComparison.Ordinal);
    }
}
