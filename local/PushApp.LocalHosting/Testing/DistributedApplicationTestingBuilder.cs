using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Runs an AppHost inside a test.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs the AppHost's program up to its Build().</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>Runs the AppHost's program, with arguments, up to its Build().</summary>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        var hook = new AppHostHook(typeof(TEntryPoint).Assembly);
        try
        {
            return new TestingBuilder(await hook.StartAsync(args, cancellationToken).ConfigureAwait(false), hook);
        }
        catch
        {
            hook.End();
            throw;
        }
    }
}

/// <summary>What the AppHost put together, before it is built.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    /// <summary>Ends the putting together.</summary>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}

internal sealed class TestingBuilder(DistributedApplicationBuilder builder, AppHostHook hook) : IDistributedApplicationTestingBuilder
{
    private DistributedApplication? _app;

    public Assembly? AppHostAssembly => builder.AppHostAssembly;

    public string AppHostDirectory => builder.AppHostDirectory;

    public ConfigurationManager Configuration => builder.Configuration;

    public IHostEnvironment Environment => builder.Environment;

    public DistributedApplicationExecutionContext ExecutionContext => builder.ExecutionContext;

    public IResourceCollection Resources => builder.Resources;

    public IServiceCollection Services => builder.Services;

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource => builder.AddResource(resource);

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => builder.CreateResourceBuilder(resource);

    public DistributedApplication Build() => BuildAsync().GetAwaiter().GetResult();

    public async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) =>
        _app = await hook.BuildAsync(cancellationToken).ConfigureAwait(false);

    [SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly", Justification = "Awaited at once.")]
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync().ConfigureAwait(false);
        }

        hook.End();
    }
}
