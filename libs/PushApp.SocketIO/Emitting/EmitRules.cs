using System.Buffers;
using PushApp.SocketIO.Protocol;

namespace PushApp.SocketIO;

/// <summary>What can be emitted at all.</summary>
internal static class EmitRules
{
    public const int MaxNameLength = 200;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\r\n\0");

    /// <exception cref="ArgumentException">The name cannot be emitted.</exception>
    public static void Check(string eventName, SocketArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (string.IsNullOrEmpty(eventName) || eventName.Length > MaxNameLength || eventName.AsSpan().ContainsAny(Forbidden))
        {
            throw new ArgumentException($"An event's name has 1 to {MaxNameLength} characters and no line break or NUL, as in 'message'.", nameof(eventName));
        }

        if (ReservedEvents.All.Contains(eventName))
        {
            throw new ArgumentException($"'{eventName}' is an event that the clients raise themselves; emit another name.", nameof(eventName));
        }
    }
}
