using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PushApp.LocalHosting.Processes;

namespace PushApp.LocalHosting.Engine;

/// <summary>Runs the processes of one resource: waits for what it needs, starts, watches, checks, stops. It restarts nothing by itself.</summary>
internal sealed class ResourceRunner(
    IResource resource,
    IReadOnlyList<ResourceInstance> instances,
    EngineOptions options,
    DistributedApplicationExecutionContext execution,
    ResourceNotificationService notifications,
    ResourceLoggerService logs,
    HealthCheckService health,
    ConsoleLog console) : IDisposable
{
    private static readonly TimeSpan UntilHealthy = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan WhileHealthy = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _oneCommand = new(1, 1);
    private readonly string[] _checks = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key).Distinct()];
    private volatile bool _ends;

    public IResource Resource { get; } = resource;

    public IReadOnlyList<ResourceInstance> Instances { get; } = instances;

    /// <summary>The first start: after those that it waits for.</summary>
    public async Task StartWithAppAsync(CancellationToken cancellationToken)
    {
        if (Resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
        {
            return;
        }

        try
        {
            await WaitForOthersAsync(cancellationToken).ConfigureAwait(false);
            await StartAsync(Instances, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The app ends.
        }
        catch (Exception exception)
        {
            // One that cannot start, whatever the reason, leaves the others as they are; its state and this line say so.
            console.Error($"'{Resource.Name}' was not started: {exception.Message}");
            await SetStateAsync([.. Instances.Where(i => !i.IsRunning)], KnownResourceStates.FailedToStart).ConfigureAwait(false);
        }
    }

    /// <summary>Starts those that do not run.</summary>
    /// <exception cref="DistributedApplicationException">One cannot be started, or the app ends.</exception>
    public Task StartAsync(IReadOnlyList<ResourceInstance> which, CancellationToken cancellationToken) =>
        AloneAsync(() => StartAllAsync(which, cancellationToken), cancellationToken);

    /// <summary>Stops those that run: SIGTERM, then SIGKILL for one that takes too long.</summary>
    public Task StopAsync(IReadOnlyList<ResourceInstance> which, CancellationToken hurry) =>
        AloneAsync(() => StopAllAsync(which, hurry), CancellationToken.None);

    /// <summary>Stops and starts them, with no other command between.</summary>
    /// <exception cref="DistributedApplicationException">As <see cref="StartAsync"/>.</exception>
    public Task RestartAsync(IReadOnlyList<ResourceInstance> which, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            await StopAllAsync(which, cancellationToken).ConfigureAwait(false);
            await StartAllAsync(which, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Stops all of them, and starts none from now on.</summary>
    public Task EndAsync(CancellationToken hurry)
    {
        // Before its turn: a restart that is under way starts nothing any more.
        _ends = true;
        return StopAsync(Instances, hurry);
    }

    public void Dispose() => _oneCommand.Dispose();

    private async Task AloneAsync(Func<Task> command, CancellationToken cancellationToken)
    {
        await _oneCommand.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await command().ConfigureAwait(false);
        }
        finally
        {
            _oneCommand.Release();
        }
    }

    private async Task StartAllAsync(IReadOnlyList<ResourceInstance> which, CancellationToken cancellationToken)
    {
        foreach (var instance in which.Where(i => !i.IsRunning))
        {
            if (_ends)
            {
                throw new DistributedApplicationException("The app ends: nothing is started any more.");
            }

            await StartInstanceAsync(instance, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task StopAllAsync(IReadOnlyList<ResourceInstance> which, CancellationToken hurry) => Task.WhenAll(which.Where(i => i.IsRunning).Select(async instance =>
    {
        await SetStateAsync([instance], KnownResourceStates.Stopping).ConfigureAwait(false);
        await instance.Process!.StopAsync(options.StopPatience, hurry).ConfigureAwait(false);
        await EndedAsync(instance, instance.Process).ConfigureAwait(false);
    }));

    private async Task WaitForOthersAsync(CancellationToken cancellationToken)
    {
        var waits = Resource.Annotations.OfType<WaitAnnotation>().ToList();
        if (waits.Count == 0)
        {
            return;
        }

        await SetStateAsync(Instances, KnownResourceStates.Waiting).ConfigureAwait(false);
        await notifications.WaitForDependenciesAsync(Resource, cancellationToken).ConfigureAwait(false);
    }

    private async Task StartInstanceAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        await SetStateAsync([instance], KnownResourceStates.Starting).ConfigureAwait(false);
        try
        {
            var plan = await LaunchPlan.CreateAsync(instance, options, execution, cancellationToken).ConfigureAwait(false);
            var process = ChildProcess.Start(plan.Program, plan.Arguments, plan.WorkingDirectory, plan.Environment, (line, isError) =>
            {
                logs.Add(instance.Id, line, isError);
                console.Line(instance.Id, line);
            });
            instance.Process = process;
            await notifications.PublishUpdateAsync(Resource, instance.Id, s => s with
            {
                State = KnownResourceStates.Running,
                StartTimeStamp = DateTime.UtcNow,
                StopTimeStamp = null,
                ExitCode = null,
                HealthReports = [.. _checks.Select(c => new HealthReportSnapshot(c, null, null, null))],
                EnvironmentVariables = [.. plan.Environment.Select(v => new EnvironmentVariableSnapshot(v.Key, v.Value, plan.OwnVariables.Contains(v.Key)))],
                Properties = [new("executable.pid", process.Id), new("executable.path", plan.Program), new("executable.workDir", plan.WorkingDirectory), new("executable.args", plan.Arguments)],
                Urls = ResourceUrls.Of(instance.Resource),
            }).ConfigureAwait(false);
            _ = WatchAsync(instance, process);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Not as one that is being started, to which nobody could do anything.
            await SetStateAsync([instance], KnownResourceStates.FailedToStart).ConfigureAwait(false);
            if (exception is Win32Exception)
            {
                throw new DistributedApplicationException($"its program cannot be run: {exception.Message}", exception);
            }

            throw;
        }
    }

    private async Task WatchAsync(ResourceInstance instance, ChildProcess process)
    {
        var exitCode = await process.Ended.ConfigureAwait(false);
        if (!process.StopRequested)
        {
            console.Error(string.Create(CultureInfo.InvariantCulture, $"{instance.Id} has ended with exit code {exitCode}."));
        }

        await EndedAsync(instance, process).ConfigureAwait(false);
    }

    private async Task EndedAsync(ResourceInstance instance, ChildProcess process)
    {
        var exitCode = await process.Ended.ConfigureAwait(false);
        if (ReferenceEquals(instance.Process, process))
        {
            await notifications.PublishUpdateAsync(Resource, instance.Id, s => s with
            {
                State = exitCode == 0 ? KnownResourceStates.Finished : KnownResourceStates.Exited,
                ExitCode = exitCode,
                StopTimeStamp = s.StopTimeStamp ?? DateTime.UtcNow,
            }).ConfigureAwait(false);
        }
    }

    /// <summary>Asks the health checks for as long as the app runs, whoever started it and when: often until it can be used, then now and then.</summary>
    public async Task CheckHealthAsync(CancellationToken cancellationToken)
    {
        if (_checks.Length == 0)
        {
            return;
        }

        while (true)
        {
            var running = Instances.Where(i => i.IsRunning).ToList();
            var usable = true;
            if (running.Count > 0)
            {
                var report = await health.CheckHealthAsync(r => _checks.Contains(r.Name), cancellationToken).ConfigureAwait(false);
                usable = report.Status != HealthStatus.Unhealthy;
                foreach (var instance in running)
                {
                    var reports = report.Entries.Select(e => ReportOn(instance, e.Key, e.Value)).ToImmutableArray();
                    await notifications.PublishUpdateAsync(Resource, instance.Id, s => s with { HealthReports = reports }).ConfigureAwait(false);
                }
            }

            // Something may be started before the long interval is over; while nothing runs there is nothing else to wait for.
            var interval = running.Count == 0 ? Timeout.InfiniteTimeSpan : usable ? WhileHealthy : UntilHealthy;
            using var changed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task restarted = usable ? WaitForUnknownHealthAsync(changed.Token) : Task.Delay(Timeout.Infinite, changed.Token);
            await Task.WhenAny(Task.Delay(interval, changed.Token), restarted).ConfigureAwait(false);
            await changed.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Of a check that asks every replica, what it found at this one; of any other, what it says of the resource.</summary>
    private static HealthReportSnapshot ReportOn(ResourceInstance instance, string name, HealthReportEntry entry) =>
        entry.Data.TryGetValue(instance.Id, out var found) && found is HealthCheckResult own
            ? new HealthReportSnapshot(name, own.Status, own.Description, own.Exception?.Message)
            : new HealthReportSnapshot(name, entry.Status, entry.Description, entry.Exception?.Message);

    private Task<ResourceEvent> WaitForUnknownHealthAsync(CancellationToken cancellationToken) => notifications.WaitForResourceAsync(
        Resource.Name,
        e => e.Snapshot.State?.Text == KnownResourceStates.Running && e.Snapshot.HealthStatus is null,
        cancellationToken);

    private async Task SetStateAsync(IReadOnlyList<ResourceInstance> which, string state)
    {
        foreach (var instance in which)
        {
            await notifications.PublishUpdateAsync(Resource, instance.Id, s => s with { State = state }).ConfigureAwait(false);
        }
    }
}
