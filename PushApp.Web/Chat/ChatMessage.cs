using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PushApp.Push;

namespace PushApp.Web.Chat;

/// <summary>A message, as it stands in its channel's log and reaches the pages.</summary>
/// <param name="Id">Made by the server.</param>
/// <param name="Conversation">The channel.</param>
/// <param name="Author">The sender's user name, by the sign-in.</param>
/// <param name="Text">Plain text; lines end in LF.</param>
/// <param name="Time">When the server took it (UTC).</param>
/// <param name="ClientId">What the sender's page called it before.</param>
internal sealed record ChatMessage(string Id, string Conversation, string Author, string Text, DateTime Time, string ClientId)
{
    // It is data of JSON requests and events, never part of a page's markup: letters stay letters.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where it stands in the log; left out of the log and of what is sent live.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Position { get; init; }

    public EventData ToData() => EventData.From(this, Json);

    /// <summary>Reads an entry of a log. Null for other events, and for what an API key may have published under this name.</summary>
    public static ChatMessage? Read(HistoryEvent entry)
    {
        if (entry.Event != ChatEvents.Message)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<ChatMessage>(entry.Data, Json) is { Id.Length: > 0, Author.Length: > 0, Text: not null, ClientId: not null } message
                ? message with { Position = entry.Position.ToString() }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
