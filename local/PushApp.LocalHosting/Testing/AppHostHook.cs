using System.Reflection;

namespace Aspire.Hosting.Testing;

/// <summary>Ties an AppHost's entry point, running on a thread of its own, to the test that started it.</summary>
internal sealed class AppHostHook(Assembly appHostAssembly)
{
    // Set inside the entry point's thread, so that apps started side by side do not see each other's.
    private static readonly AsyncLocal<AppHostHook?> OfThisFlow = new();

    private readonly TaskCompletionSource<DistributedApplicationBuilder> _configured = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _buildWanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static AppHostHook? Current => OfThisFlow.Value;

    public Assembly AppHostAssembly { get; } = appHostAssembly;

    /// <summary>Completes when the app is over.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Runs the entry point up to its Build().</summary>
    public async Task<DistributedApplicationBuilder> StartAsync(string[] args, CancellationToken cancellationToken)
    {
        new Thread(() => Enter(args)) { IsBackground = true, Name = $"{AppHostAssembly.GetName().Name} entry point" }.Start();
        return await _configured.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets Build() go on.</summary>
    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _buildWanted.TrySetResult();
        return _built.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Called by Build() on the entry point's thread: hands the builder to the test and waits for its word.</summary>
    public DistributedApplication WaitUntilBuilt(DistributedApplicationBuilder builder)
    {
        _configured.TrySetResult(builder);
        _buildWanted.Task.GetAwaiter().GetResult();
        var app = builder.BuildNow();
        _built.TrySetResult(app);
        return app;
    }

    /// <summary>Lets the entry point's thread go.</summary>
    public void End()
    {
        _buildWanted.TrySetCanceled();
        _ended.TrySetResult();
    }

    private void Enter(string[] args)
    {
        OfThisFlow.Value = this;
        try
        {
            var entry = AppHostAssembly.EntryPoint ?? throw new InvalidOperationException($"{AppHostAssembly.GetName().Name} has no entry point.");
            _ = entry.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, entry.GetParameters().Length == 0 ? [] : [args], culture: null) switch
            {
                Task task => WaitFor(task),
                var result => result,
            };
            Fail(new InvalidOperationException("The AppHost ended without building an app."));
        }
        catch (Exception exception)
        {
            // Whatever the AppHost throws is the test's to see.
            Fail(exception);
        }
    }

    private static object? WaitFor(Task task)
    {
        task.GetAwaiter().GetResult();
        return null;
    }

    private void Fail(Exception exception)
    {
        _configured.TrySetException(exception);
        if (_built.TrySetException(exception))
        {
            // Nobody may ask for it any more.
            _ = _built.Task.Exception;
        }
    }
}
