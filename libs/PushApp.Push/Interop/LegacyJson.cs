using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using StackExchange.Redis;

namespace PushApp.Push.Interop;

/// <summary>What the formats have in common: JSON as Python and Node write it.</summary>
internal static class LegacyJson
{
    public static bool TryParse(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out JsonDocument? document, [NotNullWhen(false)] out string? reason)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            document = JsonDocument.ParseValue(ref reader);
            if (reader.BytesConsumed == payload.Length || payload[(int)reader.BytesConsumed..].IndexOfAnyExcept(" \t\r\n"u8) < 0)
            {
                reason = null;
                return true;
            }

            document.Dispose();
            reason = "something follows the JSON value";
        }
        catch (JsonException exception)
        {
            reason = $"it is not JSON ({exception.Message})";
        }

        document = null;
        return false;
    }

    /// <summary>A string is its text, anything else its literal; false for what is no Unicode text (half of a surrogate pair, bytes that are no UTF-8).</summary>
    public static bool TryGetText(JsonElement element, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or DecoderFallbackException)
        {
            text = null;
            return false;
        }
    }

    /// <summary>The channel that names belong to; false when they are empty or too long for one.</summary>
    public static bool TryGetChannel(Func<string, ChannelName> kind, string name, out ChannelName channel, [NotNullWhen(false)] out string? reason)
    {
        try
        {
            channel = kind(name);
            reason = null;
            return true;
        }
        catch (ArgumentException exception)
        {
            channel = default;
            reason = exception.Message;
            return false;
        }
    }

    /// <summary>A pattern for every channel that begins so; the prefix itself holds no wildcard.</summary>
    public static RedisChannel StartingWith(string prefix)
    {
        var pattern = new StringBuilder(prefix.Length + 1);
        foreach (var character in prefix)
        {
            if (character is '*' or '?' or '[' or ']' or '^' or '\\')
            {
                pattern.Append('\\');
            }

            pattern.Append(character);
        }

        return RedisChannel.Pattern(pattern.Append('*').ToString());
    }
}
