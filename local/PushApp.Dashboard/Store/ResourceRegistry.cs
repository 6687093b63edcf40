using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Dashboard.Store;

/// <summary>Everybody who sent telemetry. Thread-safe.</summary>
internal sealed class ResourceRegistry(int maxResources)
{
    // Names come from outside; they are shown in every row.
    private const int MaxNameLength = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string), TelemetryResource> _resources = [];
    private IReadOnlyList<TelemetryResource> _all = [];

    /// <summary>In the order in which they appeared.</summary>
    public IReadOnlyList<TelemetryResource> All => Volatile.Read(ref _all);

    /// <summary>Null when there are too many already.</summary>
    public TelemetryResource? Get(Resource? wire)
    {
        wire ??= new Resource();
        var service = Text("service.name");
        var key = (service.Length == 0 ? "unknown_service" : service, Text("service.instance.id"));
        lock (_lock)
        {
            if (!_resources.TryGetValue(key, out var resource))
            {
                if (_resources.Count >= maxResources)
                {
                    return null;
                }

                _resources[key] = resource = new TelemetryResource(_resources.Count, key.Item1, key.Item2);
                _all = [.. _all, resource];
            }

            resource.Wire = wire;
            return resource;
        }

        string Text(string name)
        {
            var text = wire.Attributes.FirstOrDefault(a => a.Key == name)?.Value?.StringValue ?? "";
            return text.Length <= MaxNameLength ? text : text[..MaxNameLength];
        }
    }
}
