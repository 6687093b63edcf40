using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using PushApp.LocalHosting.Dashboard;
using PushApp.LocalHosting.Network;
using PushApp.LocalHosting.Processes;

namespace PushApp.LocalHosting.Engine;

/// <summary>Runs the app's resources as child processes of the AppHost.</summary>
internal sealed class LocalEngine(
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext execution,
    ResourceNotificationService notifications,
    ResourceLoggerService logs,
    HealthCheckService health,
    EngineOptions options,
    ResourceCommandService commands,
    IServiceProvider services,
    IHostEnvironment environment,
    IHostApplicationLifetime lifetime) : IDisposable
{
    private static readonly TimeSpan SlowStart = TimeSpan.FromMinutes(1);

    private readonly ConsoleLog _console = new(options.Quiet);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<TcpForwarder> _forwarders = [];
    private readonly List<ResourceRunner> _runners = [];
    private readonly List<Task> _work = [];
    private readonly Lock _stopLock = new();
    private DashboardProcess? _dashboard;
    private Task? _stopped;

    public IReadOnlyList<ResourceRunner> Runners => _runners;

    public IReadOnlyList<ResourceInstance> Instances(string resourceName) =>
        _runners.Find(r => r.Resource.Name == resourceName)?.Instances ?? [];

    /// <summary>Takes the ports and begins to start everything.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be done; the message says why and what to do.</exception>
    public async Task StartAsync()
    {
        if (execution.IsPublishMode)
        {
            throw new DistributedApplicationException("The local engine runs the app, it does not publish it: build with -p:UseAspire=true where Aspire's packages can be restored.");
        }

        if (model.Resources.OfType<ContainerResource>().FirstOrDefault() is { } container)
        {
            throw new DistributedApplicationException($"'{container.Name}' is a container, and containers need Aspire: build with -p:UseAspire=true, or choose another broker: PushApp__Broker=embedded, server or external.");
        }

        foreach (var resource in model.Resources.Where(r => r is ProjectResource or ExecutableResource))
        {
            _runners.Add(CreateRunner(resource));
        }

        foreach (var resource in model.Resources.OfType<ConnectionStringResource>())
        {
            _work.Add(ResolveAsync(resource));
        }

        if (options.Dashboard is { } settings)
        {
            _dashboard = await DashboardProcess.StartAsync(settings, options.ProgramOf.Dashboard, environment.ContentRootPath, new ResourceService(notifications, logs, commands, services), _console).ConfigureAwait(false);
        }
        else
        {
            _console.Text($"No dashboard: {DashboardSettings.UrlsVariable} does not say where. dotnet run sets it from the AppHost's launch profile.");
        }

        foreach (var runner in _runners)
        {
            _work.Add(runner.StartWithAppAsync(_stopping.Token));
            _work.Add(runner.CheckHealthAsync(_stopping.Token));
        }

        if (!options.Quiet)
        {
            _work.Add(AnnounceAsync(_stopping.Token));
            _work.Add(ParentWatch.RunAsync(() => Task.Run(lifetime.StopApplication), _stopping.Token));
        }
    }

    /// <summary>Stops everything, those first that wait for others. May be called several times, and at once.</summary>
    public Task StopAsync()
    {
        lock (_stopLock)
        {
            return _stopped ??= Task.Run(StopAllAsync);
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        foreach (var runner in _runners)
        {
            runner.Dispose();
        }
    }

    private async Task StopAllAsync()
    {
        // Ctrl+C once more: no more patience.
        using var hurry = new CancellationTokenSource();
        using var interrupt = options.Quiet ? null : PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            hurry.Cancel();
        });

        await _stopping.CancelAsync().ConfigureAwait(false);

        // Whatever went wrong there was told where it happened, and must not keep a process alive.
        await Task.WhenAll(_work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var group in _runners.GroupBy(r => Depth(r.Resource)).OrderByDescending(g => g.Key))
        {
            await Task.WhenAll(group.Select(r => r.EndAsync(hurry.Token))).ConfigureAwait(false);
        }

        foreach (var forwarder in _forwarders)
        {
            forwarder.Dispose();
        }

        if (_dashboard is not null)
        {
            await _dashboard.StopAsync(options.StopPatience, hurry.Token).ConfigureAwait(false);
        }
    }

    private ResourceRunner CreateRunner(IResource resource)
    {
        var replicas = resource.Annotations.OfType<ReplicaAnnotation>().SingleOrDefault()?.Replicas ?? 1;
        var instances = Enumerable.Range(1, replicas)
            .Select(i => new ResourceInstance(resource, replicas == 1 ? resource.Name : string.Create(CultureInfo.InvariantCulture, $"{resource.Name}-{i}")))
            .ToList();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            AllocateEndpoint(resource, endpoint, instances);
        }

        foreach (var instance in instances)
        {
            notifications.Add(resource, instance.Id);
        }

        return new ResourceRunner(resource, instances, options, execution, notifications, logs, health, _console);
    }

    private void AllocateEndpoint(IResource resource, EndpointAnnotation endpoint, List<ResourceInstance> instances)
    {
        var wanted = options.RandomizePorts && endpoint.IsProxied ? null : endpoint.Port;
        var port = wanted ?? LocalPorts.Next();
        if (endpoint.TargetPort is { } target && target != wanted)
        {
            if (instances.Count > 1)
            {
                throw new DistributedApplicationException($"'{resource.Name}' has several replicas, which cannot all listen on port {target.ToString(CultureInfo.InvariantCulture)}: leave out targetPort.");
            }

            instances[0].TargetPorts[endpoint.Name] = target;
            Forward(resource, port, instances, endpoint);
        }
        else if (instances.Count == 1)
        {
            // No forwarder: whoever connects sees at once whether the process is there.
            instances[0].TargetPorts[endpoint.Name] = port;
            if (wanted is not null && !LocalPorts.IsFree(port))
            {
                throw PortInUse(resource, port);
            }
        }
        else
        {
            foreach (var instance in instances)
            {
                instance.TargetPorts[endpoint.Name] = LocalPorts.Next();
            }

            Forward(resource, port, instances, endpoint);
        }

        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", port);
    }

    private void Forward(IResource resource, int port, List<ResourceInstance> instances, EndpointAnnotation endpoint)
    {
        try
        {
            _forwarders.Add(TcpForwarder.Start(port, () => [.. instances.Where(i => i.IsRunning).Select(i => i.TargetPorts[endpoint.Name])]));
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            throw PortInUse(resource, port);
        }
    }

    private static DistributedApplicationException PortInUse(IResource resource, int port) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"Port {port} of '{resource.Name}' is in use: end the process that holds it, or choose another port in {(resource.Annotations.OfType<IProjectMetadata>().SingleOrDefault() is { } project ? Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json") : "AppHost.cs")}."));

    private async Task ResolveAsync(ConnectionStringResource resource)
    {
        notifications.Add(resource, resource.Name);
        try
        {
            _ = await resource.ConnectionStringExpression.GetValueAsync(_stopping.Token).ConfigureAwait(false);
            await notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Running }).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _console.Error(exception.Message);
            await notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.FailedToStart }).ConfigureAwait(false);
        }
    }

    /// <summary>Prints the table when everything is up; also when that takes long, or when something could not start.</summary>
    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        var awaited = _runners.Where(r => !r.Resource.Annotations.OfType<ExplicitStartupAnnotation>().Any()).SelectMany(r => r.Instances).ToList();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(SlowStart);
        try
        {
            await Task.WhenAll(awaited.Select(i => notifications.WaitForResourceAsync(
                i.Resource.Name,
                e => e.ResourceId == i.Id && (e.Snapshot.HealthStatus == HealthStatus.Healthy || KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text)),
                limit.Token))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Not up after a minute: the table shows what is missing.
        }
        catch (OperationCanceledException)
        {
            return;
        }

        var up = awaited.TrueForAll(i => Snapshot(i.Id)?.HealthStatus == HealthStatus.Healthy);
        _console.Text($"\n{(up ? "The app is up." : "The app is not up:")}\n\n{ResourceTable.Render(_runners, Snapshot)}\n{(options.Dashboard is { } dashboard ? $"Dashboard: {dashboard.LoginUrl}\n" : "")}Ctrl+C ends it.\n");
    }

    private CustomResourceSnapshot? Snapshot(string id) => notifications.TryGetCurrentState(id, out var state) ? state.Snapshot : null;

    private static int Depth(IResource resource) =>
        1 + resource.Annotations.OfType<WaitAnnotation>().Select(w => Depth(w.Resource)).DefaultIfEmpty(0).Max();
}
