using Aspire.Hosting.ApplicationModel;
using PushApp.LocalHosting.Processes;

namespace PushApp.LocalHosting.Engine;

/// <summary>One process of a resource: a replica, or the only one.</summary>
internal sealed class ResourceInstance(IResource resource, string id)
{
    public IResource Resource { get; } = resource;

    /// <summary>The resource's name; of several replicas, with a number.</summary>
    public string Id { get; } = id;

    /// <summary>Where the process listens, by endpoint.</summary>
    public Dictionary<string, int> TargetPorts { get; } = new(StringComparer.OrdinalIgnoreCase);

    public ChildProcess? Process { get; set; }

    public bool IsRunning => Process is { Ended.IsCompleted: false };
}
