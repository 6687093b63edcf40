using System.Text.Json;

namespace PushApp.SocketIO;

/// <summary>The acknowledgements of an event to many.</summary>
/// <param name="Answers">What came in time, in no order. An answer that is nothing of that type (another type, or none where there must be a value) is left out.</param>
/// <param name="Expected">How many sockets, on all nodes, were asked.</param>
public sealed record AckAnswers<TAnswer>(IReadOnlyList<TAnswer?> Answers, int Expected)
{
    /// <summary>Whether everybody answered in time, and what was asked for.</summary>
    public bool IsComplete => Answers.Count == Expected;
}

/// <summary>The same before it is read.</summary>
internal sealed record RawAnswers(IReadOnlyList<SocketArguments> Answers, int Expected);

internal static class AckAnswer
{
    /// <summary>Those that can be read: one client that answers something else costs nobody the others' answers.</summary>
    public static IReadOnlyList<TAnswer?> ReadAll<TAnswer>(RawAnswers answers, JsonSerializerOptions json)
    {
        var read = new List<TAnswer?>(answers.Answers.Count);
        foreach (var answer in answers.Answers)
        {
            if (answer.Count == 0 && answer is not TAnswer && default(TAnswer) is not null)
            {
                continue;
            }

            try
            {
                read.Add(Read<TAnswer>(answer, json));
            }
            catch (JsonException)
            {
                // Not counted: IsComplete tells.
            }
        }

        return read;
    }

    /// <summary>An acknowledgement as one value: its first argument, or nothing for none; or itself.</summary>
    public static TAnswer? Read<TAnswer>(SocketArguments answer, JsonSerializerOptions json) =>
        answer is TAnswer whole ? whole
        : answer.Count == 0 ? default
        : answer.Get<TAnswer>(0, json);
}
