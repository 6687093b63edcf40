using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Dashboard.Store;

/// <summary>Who sent telemetry: an instance of a service.</summary>
internal sealed class TelemetryResource(int number, string service, string instance)
{
    /// <summary>The order in which resources appeared: gives each its colour.</summary>
    public int Number { get; } = number;

    /// <summary><c>service.name</c>.</summary>
    public string Service { get; } = service;

    /// <summary><c>service.instance.id</c>, or empty.</summary>
    public string Instance { get; } = instance;

    /// <summary>What people see: the instance's id where that begins with the service's name, as <c>web-1</c>; else the name with the id's first characters.</summary>
    public string Name { get; } = instance.Length == 0 || instance == service ? service
        : instance.StartsWith(service + "-", StringComparison.Ordinal) ? instance
        : $"{service}-{instance[..Math.Min(8, instance.Length)]}";

    /// <summary>As it was last sent.</summary>
    public Resource Wire { get; set; } = new();

    /// <summary>Whether a name means this one: its own, or its service's, which means all of its instances; none means every resource.</summary>
    public bool IsCalled(string? name) => string.IsNullOrEmpty(name) || Name == name || Service == name;

    public override string ToString() => Name;
}
