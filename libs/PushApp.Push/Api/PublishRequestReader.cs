using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace PushApp.Push.Api;

/// <summary>Reads the body of a publish. By hand, because data other than a string is passed on exactly as it was sent, and every fault gets its own message.</summary>
internal static class PublishRequestReader
{
    private const string Example = """{"event":"greeting","data":"hello"}""";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out PublishRequest? request, [NotNullWhen(false)] out string? error)
    {
        request = null;
        try
        {
            // A byte order mark is no part of JSON, and sent by some all the same (https://www.rfc-editor.org/rfc/rfc8259#section-8.1 allows to skip it).
            if (json.StartsWith(Encoding.UTF8.Preamble))
            {
                json = json[Encoding.UTF8.Preamble.Length..];
            }

            return TryReadObject(json, out request, out error);
        }
        catch (JsonException exception)
        {
            // Not in the reader's own words, which speak of its states ("Expected depth to be zero").
            error = json.IsEmpty
                ? $"The body is empty. Send an object such as {Example}."
                : $"The body is not JSON: it goes wrong, or ends too early, at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}. Send an object such as {Example}.";
        }
        catch (Exception exception) when (exception is InvalidOperationException or DecoderFallbackException)
        {
            // The reader's answer to a string that is no Unicode text: half of a surrogate pair, or bytes that are not UTF-8.
            error = "The body is not valid UTF-8 text: it holds half of a surrogate pair or bytes that are no character. Encode it as UTF-8.";
        }

        return false;
    }

    private static bool TryReadObject(ReadOnlySpan<byte> json, [NotNullWhen(true)] out PublishRequest? request, [NotNullWhen(false)] out string? error)
    {
        request = null;
        string? eventName = null, data = null;
        int? ttlSeconds = null;
        bool? history = null;
        var ttlGiven = false;

        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            error = $"The body is not a JSON object. Send one such as {Example}.";
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var repeated = false;
            switch (name)
            {
                case "event":
                    if (reader.TokenType != JsonTokenType.String)
                    {
                        error = $"\"event\" is the event's name, a string, as in {Example}.";
                        return false;
                    }

                    repeated = eventName is not null;
                    eventName = reader.GetString()!;
                    break;

                case "data":
                    repeated = data is not null;
                    data = ReadData(json, ref reader);
                    break;

                case "ttlSeconds":
                    repeated = ttlGiven;
                    ttlGiven = true;
                    if (!TryReadTtl(ref reader, out ttlSeconds))
                    {
                        error = "\"ttlSeconds\" is a whole number of seconds, at least 1, as in 60; leave it out to keep the event as long as the channel's history.";
                        return false;
                    }

                    break;

                case "history":
                    if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
                    {
                        error = "\"history\" is true (logged and recovered, the default) or false (delivered at most once).";
                        return false;
                    }

                    repeated = history is not null;
                    history = reader.TokenType == JsonTokenType.Null ? true : reader.GetBoolean();
                    break;

                default:
                    error = $"\"{name}\" is not known here. The properties are event, data, ttlSeconds and history.";
                    return false;
            }

            if (repeated)
            {
                error = $"\"{name}\" is given twice. Send it once.";
                return false;
            }
        }

        // Nothing but white space may follow; the reader throws at anything else.
        reader.Read();

        if (string.IsNullOrEmpty(eventName))
        {
            error = $"\"event\", the event's name, is missing. Send an object such as {Example}.";
            return false;
        }

        if (data is null)
        {
            error = $"\"data\" is missing. Send an object such as {Example}; for an event without data send \"data\":\"\".";
            return false;
        }

        error = null;
        request = new PublishRequest(eventName, data, ttlSeconds, history ?? true);
        return true;
    }

    private static string ReadData(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString()!;
        }

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return StrictUtf8.GetString(json[start..(int)reader.BytesConsumed]);
    }

    private static bool TryReadTtl(ref Utf8JsonReader reader, out int? seconds)
    {
        seconds = null;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var value) || value < 1)
        {
            return false;
        }

        seconds = value;
        return true;
    }
}
