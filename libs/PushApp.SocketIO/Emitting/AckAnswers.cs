using System.Text.Json;

namespace PushApp.SocketIO;

/// <summary>The acknowledgements of an event to many.</summary>
/// <param name="Answers">What came in time, in no order.</param>
/// <param name="Expected">How many sockets, on all nodes, were asked.</param>
public sealed record AckAnswers<TAnswer>(IReadOnlyList<TAnswer?> Answers, int Expected)
{
    /// <summary>Whether everybody answered in time.</summary>
    public bool IsComplete => Answers.Count == Expected;
}

/// <summary>The same before it is read.</summary>
internal sealed record RawAnswers(IReadOnlyList<SocketArguments> Answers, int Expected);

internal static class AckAnswer
{
    /// <summary>An acknowledgement as one value: its first argument, or nothing for none; or itself.</summary>
    public static TAnswer? Read<TAnswer>(SocketArguments answer, JsonSerializerOptions json) =>
        answer is TAnswer whole ? whole
        : answer.Count == 0 ? default
        : answer.Get<TAnswer>(0, json);
}
