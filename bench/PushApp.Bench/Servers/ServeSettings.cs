using PushApp.Bench.Load;
using PushApp.Push;

namespace PushApp.Bench.Servers;

/// <summary>What a process under test was told.</summary>
/// <param name="PayloadSize">Bytes of an event's data.</param>
/// <param name="Recipients">Whom each event is for; null where it is for everybody.</param>
/// <param name="Ephemeral">Whether PushApp publishes without its log.</param>
/// <param name="Durable">Whether an event is on disk before the next is published.</param>
internal sealed record ServeSettings(int PayloadSize, Recipients? Recipients, bool Ephemeral, bool Durable)
{
    /// <summary>How PushApp publishes; null for its default.</summary>
    public PublishOptions? PublishOptions => Ephemeral ? PublishOptions.Ephemeral : null;

    /// <summary>The data of an event.</summary>
    public string Data(long number) => Payload.Create(number, PayloadSize);
}
