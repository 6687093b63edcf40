using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text.Json;
using PushApp.Push.Interop;

namespace PushApp.SocketIO;

/// <summary>
/// A message of python-socketio's managers (https://python-socketio.readthedocs.io/en/stable/server.html#emitting-from-external-processes) as JSON: as releases from 5.14 on write it themselves, or as a pickle, as
/// those before do.
/// </summary>
internal static class PythonMessage
{
    private const int MaxDepth = 64;

    /// <summary>Reads it, or says why it is none. A pickle's data is put as the newest release puts it: <c>"data"</c> is the list of arguments; with <c>"binary":true</c> it is that list, and then the attachments in base64.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out JsonDocument? document, [NotNullWhen(false)] out string? reason)
    {
        if (!PickleReader.IsPickle(payload))
        {
            return LegacyJson.TryParse(payload, out document, out reason);
        }

        document = null;
        try
        {
            var bytes = payload.ToArray();
            document = new PickleReader(bytes).Read() is Dictionary<string, object?> message ? ToJson(message, bytes.Length) : throw new InvalidDataException("It is no dictionary.");
            reason = null;
            return true;
        }
        catch (InvalidDataException error)
        {
            reason = $"it is no message of python-socketio ({error.Message})";
            return false;
        }
    }

    private static JsonDocument ToJson(Dictionary<string, object?> message, int length)
    {
        // A value takes a byte of the pickle at least, unless it stands in many places.
        var pickled = new Pickled(length);
        var document = Pickled.ToJson(writer =>
        {
            writer.WriteStartObject();
            foreach (var (key, value) in message)
            {
                if (key is not ("data" or "binary"))
                {
                    writer.WritePropertyName(key);
                    pickled.Write(writer, value, 1);
                }
            }

            // A tuple is several arguments, anything else is one.
            var data = message.GetValueOrDefault("data");
            var arguments = Pickled.ToJson(inner => pickled.Write(inner, data as object?[] ?? [data], 1));
            writer.WriteBoolean("binary", pickled.Attachments.Count > 0);
            writer.WritePropertyName("data");
            if (pickled.Attachments.Count == 0)
            {
                writer.WriteRawValue(arguments.Span);
            }
            else
            {
                writer.WriteStartArray();
                writer.WriteRawValue(arguments.Span);
                pickled.Attachments.ForEach(attachment => writer.WriteBase64StringValue(attachment));
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        });
        return JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = MaxDepth + 4 });
    }

    private sealed class Pickled(int most)
    {
        private int _written;

        public List<byte[]> Attachments { get; } = [];

        public static ReadOnlyMemory<byte> ToJson(Action<Utf8JsonWriter> write)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = SocketJson.Default.Encoder, MaxDepth = MaxDepth + 4 }))
            {
                write(writer);
            }

            return buffer.WrittenMemory;
        }

        public void Write(Utf8JsonWriter writer, object? value, int depth)
        {
            if (depth > MaxDepth)
            {
                throw new InvalidDataException("It is nested too deeply.");
            }

            if (++_written > most)
            {
                throw new InvalidDataException("It says the same things over and over.");
            }

            switch (value)
            {
                case null:
                    writer.WriteNullValue();
                    break;
                case bool truth:
                    writer.WriteBooleanValue(truth);
                    break;
                case BigInteger number:
                    writer.WriteRawValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case double number when double.IsFinite(number):
                    writer.WriteNumberValue(number);
                    break;
                case double:
                    // As JSON.stringify.
                    writer.WriteNullValue();
                    break;
                case string text:
                    writer.WriteStringValue(text);
                    break;
                case byte[] bytes:
                    writer.WriteStartObject();
                    writer.WriteBoolean("_placeholder"u8, true);
                    writer.WriteNumber("num"u8, Attachments.Count);
                    writer.WriteEndObject();
                    Attachments.Add(bytes);
                    break;
                case IReadOnlyCollection<object?> items:
                    writer.WriteStartArray();
                    foreach (var item in items)
                    {
                        Write(writer, item, depth + 1);
                    }

                    writer.WriteEndArray();
                    break;
                case Dictionary<string, object?> items:
                    writer.WriteStartObject();
                    foreach (var (key, item) in items)
                    {
                        writer.WritePropertyName(key);
                        Write(writer, item, depth + 1);
                    }

                    writer.WriteEndObject();
                    break;
            }
        }
    }
}
