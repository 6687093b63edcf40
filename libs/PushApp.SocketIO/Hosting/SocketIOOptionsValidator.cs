using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PushApp.Push;

namespace PushApp.SocketIO;

/// <summary>Reports every fault of section <c>SocketIO</c> at once, with the key and what to set.</summary>
internal sealed class SocketIOOptionsValidator(IServiceProviderIsService services) : IValidateOptions<SocketIOOptions>
{
    public ValidateOptionsResult Validate(string? name, SocketIOOptions options)
    {
        var faults = new List<string>();
        Between("ConnectTimeout", options.ConnectTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(10));
        Between("AckTimeout", options.AckTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        Between("RequestTimeout", options.RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Between("MaxNamespaces", options.MaxNamespaces, 1, 10_000);
        Between("MaxRooms", options.MaxRooms, 1, 100_000);
        Between("MaxPendingAcks", options.MaxPendingAcks, 1, 100_000);
        Between("MaxAttachments", options.MaxAttachments, 0, 10_000);
        Between("MaxJsonDepth", options.MaxJsonDepth, 2, 1000);
        Between("MaxWaitingEvents", options.MaxWaitingEvents, 1, 100_000);
        Between("MaxConcurrentEvents", options.MaxConcurrentEvents, 1, 1000);
        Between("MaxDataBytes", options.MaxDataBytes, 0, 1024 * 1024);
        Between("Recovery:Window", options.Recovery.Window, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        if (options.Recovery.Enabled && !services.IsService(typeof(IPushPublisher)))
        {
            faults.Add($"{SocketIOOptions.SectionName}:Recovery:Enabled: recovery needs the channels' logs; call builder.Services.AddPush(), or set it to false.");
        }

        if ((options.Interop.RedisAdapter || options.Interop.PythonManager) && !services.IsService(typeof(IPushPublisher)))
        {
            faults.Add($"{SocketIOOptions.SectionName}:Interop: other publishers are heard over Redis; call builder.Services.AddPush(), or set RedisAdapter and PythonManager to false.");
        }

        if (string.IsNullOrEmpty(options.Interop.RedisAdapterKey) || string.IsNullOrEmpty(options.Interop.PythonChannel))
        {
            faults.Add($"{SocketIOOptions.SectionName}:Interop: RedisAdapterKey and PythonChannel need a value, 'socket.io' and 'socketio' by default.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Between<T>(string key, T value, T least, T most)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                faults.Add($"{SocketIOOptions.SectionName}:{key}: {value} is out of bounds; set it to a value between {least} and {most}{(value is TimeSpan ? " (hh:mm:ss; a number alone is days)" : "")}.");
            }
        }
    }
}
