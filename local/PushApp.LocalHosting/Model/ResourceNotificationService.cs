using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Knows the state of every resource, and tells who asks. Thread-safe.</summary>
public class ResourceNotificationService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _states = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<Channel<ResourceEvent>> _watchers = [];
    private readonly ResourceLoggerService _logs;

    internal ResourceNotificationService(ResourceLoggerService logs) => _logs = logs;

    /// <summary>Changes what is known of a resource that has one process, or none.</summary>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return PublishUpdateAsync(resource, resource.Name, stateFactory);
    }

    /// <summary>Changes what is known of a replica.</summary>
    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(stateFactory);
        lock (_lock)
        {
            var before = _states.TryGetValue(resourceId, out var known) ? known.Snapshot : new CustomResourceSnapshot { ResourceType = resource.GetType().Name, Properties = [] };
            var after = stateFactory(before);
            var change = new ResourceEvent(resource, resourceId, after);
            _states[resourceId] = change;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(change);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>What is known of a resource, or of a replica.</summary>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_lock)
        {
            return _states.TryGetValue(resourceId, out resourceEvent)
                || (resourceEvent = _states.Values.FirstOrDefault(s => string.Equals(s.Resource.Name, resourceId, StringComparison.OrdinalIgnoreCase))) is not null;
        }
    }

    /// <summary>What is known, then every change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>();
        lock (_lock)
        {
            foreach (var state in _states.Values)
            {
                channel.Writer.TryWrite(state);
            }

            _watchers.Add(channel);
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return change;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(channel);
            }
        }
    }

    /// <summary>Waits until a resource (one replica of it) is in a state, by default in <see cref="KnownResourceStates.Running"/>.</summary>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, e => e.Snapshot.State?.Text == (targetState ?? KnownResourceStates.Running), cancellationToken);

    /// <summary>Waits until a resource (one replica of it) is as asked for.</summary>
    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var change in WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (string.Equals(change.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase) && predicate(change))
            {
                return change;
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Waits until a resource runs and its health checks pass, on each of its replicas that run.</summary>
    /// <exception cref="DistributedApplicationException">It has ended, or could not start; the message has its last lines.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
    {
        var outcome = await WaitForResourceAsync(
            resourceName,
            e => IsHealthy(e) || HasEnded(resourceName),
            cancellationToken).ConfigureAwait(false);
        return outcome.Snapshot.HealthStatus == HealthStatus.Healthy
            ? outcome
            : throw new DistributedApplicationException($"'{resourceName}' is {outcome.Snapshot.State?.Text} (exit code {outcome.Snapshot.ExitCode}).\n{_logs.Tail(outcome.ResourceId)}");
    }

    /// <summary>Waits for what a resource was told to wait for.</summary>
    public async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
        {
            var met = await WaitForResourceAsync(
                wait.Resource.Name,
                e => e.Snapshot.State?.Text == KnownResourceStates.FailedToStart || wait.WaitType switch
                {
                    WaitType.WaitUntilHealthy => IsHealthy(e),
                    WaitType.WaitUntilStarted => e.Snapshot.State?.Text == KnownResourceStates.Running,
                    _ => KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text),
                },
                cancellationToken).ConfigureAwait(false);
            if (met.Snapshot.State?.Text == KnownResourceStates.FailedToStart)
            {
                throw new DistributedApplicationException($"it waits for '{wait.Resource.Name}', which was not started.");
            }

            if (wait.WaitType == WaitType.WaitForCompletion && met.Snapshot.ExitCode != wait.ExitCode)
            {
                throw new DistributedApplicationException(string.Create(
                    CultureInfo.InvariantCulture, $"it waits for '{wait.Resource.Name}' to end with exit code {wait.ExitCode}, and it ended with {met.Snapshot.ExitCode}."));
            }
        }
    }

    internal void Add(IResource resource, string resourceId) =>
        PublishUpdateAsync(resource, resourceId, s => s with { State = KnownResourceStates.NotStarted });

    // Each replica tells its own health: one that is well must not hide another that is not.
    private bool IsHealthy(ResourceEvent change)
    {
        lock (_lock)
        {
            return change.Snapshot.HealthStatus == HealthStatus.Healthy
                && Replicas(change.Resource.Name).All(s => s.Snapshot.State?.Text != KnownResourceStates.Running || s.Snapshot.HealthStatus == HealthStatus.Healthy);
        }
    }

    private bool HasEnded(string resourceName)
    {
        lock (_lock)
        {
            return Replicas(resourceName).All(s => KnownResourceStates.TerminalStates.Contains(s.Snapshot.State?.Text));
        }
    }

    private IEnumerable<ResourceEvent> Replicas(string resourceName) =>
        _states.Values.Where(s => string.Equals(s.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase));
}
