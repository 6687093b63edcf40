using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What is known about a resource (of several replicas: about one) at a moment.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary>Project, Executable, …</summary>
    public required string ResourceType { get; init; }

    /// <summary>Further facts.</summary>
    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }

    /// <summary>The state, one of <see cref="KnownResourceStates"/>.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>How it ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>When its process started.</summary>
    public DateTime? StartTimeStamp { get; init; }

    /// <summary>When it ended.</summary>
    public DateTime? StopTimeStamp { get; init; }

    /// <summary>Where it can be reached.</summary>
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    /// <summary>Its environment.</summary>
    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];

    /// <summary>The last outcome of each of its health checks.</summary>
    public ImmutableArray<HealthReportSnapshot> HealthReports { get; init; } = [];

    /// <summary>The worst of them, once it runs; healthy if there are none; unknown until all were asked.</summary>
    public HealthStatus? HealthStatus => State?.Text != KnownResourceStates.Running ? null
        : HealthReports.Any(r => r.Status is null) ? null
        : HealthReports.IsEmpty ? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy
        : HealthReports.Min(r => r.Status);
}

/// <summary>A state.</summary>
public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    /// <summary>A state without a style.</summary>
    public static implicit operator ResourceStateSnapshot?(string? s) => s is null ? null : new(s, null);
}

/// <summary>A fact.</summary>
public sealed record ResourcePropertySnapshot(string Name, object? Value);

/// <summary>A URL.</summary>
public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal)
{
    /// <summary>How it is shown.</summary>
    public UrlDisplayPropertiesSnapshot DisplayProperties { get; init; } = new();
}

/// <summary>How a URL is shown.</summary>
/// <param name="DisplayName">What it is called; empty for the URL itself.</param>
/// <param name="SortOrder">Higher ones come first.</param>
public sealed record UrlDisplayPropertiesSnapshot(string DisplayName = "", int SortOrder = 0);

/// <summary>A variable.</summary>
public sealed record EnvironmentVariableSnapshot(string Name, string? Value, bool IsFromSpec);

/// <summary>The outcome of a health check.</summary>
public sealed record HealthReportSnapshot(string Name, HealthStatus? Status, string? Description, string? ExceptionText);

/// <summary>A resource (of several replicas: one) got another state.</summary>
public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    /// <summary>Which resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Which replica.</summary>
    public string ResourceId { get; } = resourceId;

    /// <summary>What is known of it.</summary>
    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}

/// <summary>The states.</summary>
public static class KnownResourceStates
{
    /// <summary>Ended with an error, or was ended.</summary>
    public static readonly string Exited = nameof(Exited);

    /// <summary>Could not start.</summary>
    public static readonly string FailedToStart = nameof(FailedToStart);

    /// <summary>Ended well.</summary>
    public static readonly string Finished = nameof(Finished);

    /// <summary>Was not started yet.</summary>
    public static readonly string NotStarted = nameof(NotStarted);

    /// <summary>Runs.</summary>
    public static readonly string Running = nameof(Running);

    /// <summary>Is being started.</summary>
    public static readonly string Starting = nameof(Starting);

    /// <summary>Is being stopped.</summary>
    public static readonly string Stopping = nameof(Stopping);

    /// <summary>Waits for another.</summary>
    public static readonly string Waiting = nameof(Waiting);

    /// <summary>Those from which nothing comes by itself.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}

/// <summary>The commands that every process has.</summary>
public static class KnownResourceCommands
{
    /// <summary>Starts it.</summary>
    public static readonly string StartCommand = "start";

    /// <summary>Stops it.</summary>
    public static readonly string StopCommand = "stop";

    /// <summary>Stops and starts it.</summary>
    public static readonly string RestartCommand = "restart";

    internal static readonly string[] All = [StartCommand, StopCommand, RestartCommand];
}

/// <summary>The resources of the app.</summary>
public class DistributedApplicationModel(IResourceCollection resources)
{
    /// <summary>All of them.</summary>
    public IResourceCollection Resources { get; } = resources;
}

/// <summary>The resources of the app.</summary>
public interface IResourceCollection : IList<IResource>;

internal sealed class ResourceCollection : System.Collections.ObjectModel.Collection<IResource>, IResourceCollection
{
    protected override void InsertItem(int index, IResource item)
    {
        if (this.Any(r => string.Equals(r.Name, item.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"There are two resources named '{item.Name}': rename one.");
        }

        base.InsertItem(index, item);
    }
}
