using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PushApp.LocalHosting.Dashboard;
using PushApp.LocalHosting.Engine;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly AppHostHook? _hook;

    public DistributedApplicationBuilder(string[] args, AppHostHook? hook)
    {
        _hook = hook;
        AppHostAssembly = hook?.AppHostAssembly ?? Assembly.GetEntryAssembly();
        var project = AppHostAssembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "AppHostProjectPath")?.Value;
        AppHostDirectory = project is null ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(project)!;

        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = args,
            ApplicationName = AppHostAssembly?.GetName().Name,
            ContentRootPath = AppHostDirectory,
            EnvironmentName = hook is null ? null : Environments.Development,
        });
        _host.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // A check that fails while its resource starts is no news; the state of the resource says it all.
        _host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMinutes(1));
        Services.AddHealthChecks();

        // The engine asks for health by name; nothing shall ask for all of it in the background.
        Services.Configure<HealthCheckPublisherOptions>(o => o.Delay = Timeout.InfiniteTimeSpan);
        Services.AddSingleton(_ => new ResourceLoggerService());
        Services.AddSingleton(services => new ResourceNotificationService(services.GetRequiredService<ResourceLoggerService>()));
        Services.AddSingleton(services => new ResourceCommandService(services));
        Services.AddSingleton(new DistributedApplicationModel(Resources));
        Services.AddSingleton<LocalEngine>();
        if (hook is not null)
        {
            Services.AddSingleton<IHostLifetime, NoLifetime>();
        }

        ExecutionContext = new(string.Equals(Configuration["operation"], "publish", StringComparison.OrdinalIgnoreCase) || Configuration["publisher"] is not null
            ? DistributedApplicationOperation.Publish
            : DistributedApplicationOperation.Run);
        Services.AddSingleton(ExecutionContext);
        var randomizePorts = hook is not null || Configuration.GetValue<bool>("DcpPublisher:RandomizePorts");
        Services.AddSingleton(new EngineOptions
        {
            RandomizePorts = randomizePorts,
            Quiet = hook is not null,
            ProgramOf = new BuiltPrograms(AppHostAssembly),

            // As under Aspire, tests have none.
            Dashboard = hook is null && ExecutionContext.IsRunMode ? DashboardSettings.Read(Configuration, randomizePorts, Environment.IsDevelopment() || Configuration["ASPNETCORE_ENVIRONMENT"] == Environments.Development) : null,
        });
    }

    public Assembly? AppHostAssembly { get; }

    public string AppHostDirectory { get; }

    public ConfigurationManager Configuration => _host.Configuration;

    public IHostEnvironment Environment => _host.Environment;

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IServiceCollection Services => _host.Services;

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build() => _hook is null ? BuildNow() : _hook.WaitUntilBuilt(this);

    internal DistributedApplication BuildNow() => new(_host.Build(), _hook);
}
