using Microsoft.Extensions.Options;

namespace PushApp.Push.Interop;

/// <summary>Checks the names of <c>Push:Interop</c> at start.</summary>
internal sealed class InteropOptionsValidator : IValidateOptions<PushOptions>
{
    private const string Section = $"{PushOptions.SectionName}:Interop";

    public ValidateOptionsResult Validate(string? name, PushOptions options)
    {
        var interop = options.Interop;
        List<string> faults = [];
        if (string.IsNullOrEmpty(interop.SseChannel))
        {
            faults.Add($"{Section}:SseChannel is empty: set the Redis channel that django-sse publishes to, 'sse' by default.");
        }

        if (string.IsNullOrEmpty(interop.SocketIOPrefix))
        {
            faults.Add($"{Section}:SocketIOPrefix is empty, which would be every channel: set the prefix of the Redis channels, 'socketio_' by default.");
        }
        else if (!string.IsNullOrEmpty(interop.SseChannel)
            && ($"{interop.SseChannel}_".StartsWith(interop.SocketIOPrefix, StringComparison.Ordinal)
                || interop.SseChannel.StartsWith(interop.SocketIOPrefix, StringComparison.Ordinal)
                || interop.SocketIOPrefix.StartsWith($"{interop.SseChannel}_", StringComparison.Ordinal)))
        {
            faults.Add($"{Section}:SocketIOPrefix '{interop.SocketIOPrefix}' and {Section}:SseChannel '{interop.SseChannel}' name the same Redis channels: choose names of which neither begins with the other.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
