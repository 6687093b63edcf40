namespace Aspire.Hosting.ApplicationModel;

/// <summary>Collects a resource's environment variables. Values are texts or <see cref="IValueProvider"/>s.</summary>
public class EnvironmentCallbackContext(DistributedApplicationExecutionContext executionContext, IResource resource, Dictionary<string, object>? environmentVariables = null, CancellationToken cancellationToken = default)
{
    /// <summary>Run or publish.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>Whose.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>So far.</summary>
    public Dictionary<string, object> EnvironmentVariables { get; } = environmentVariables ?? [];

    /// <summary>Ends the work.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;
}

/// <summary>Adds environment variables when the resource starts.</summary>
public class EnvironmentCallbackAnnotation(Func<EnvironmentCallbackContext, Task> callback) : IResourceAnnotation
{
    /// <summary>How.</summary>
    public Func<EnvironmentCallbackContext, Task> Callback { get; } = callback;
}

/// <summary>Collects a resource's arguments. They are texts or <see cref="IValueProvider"/>s.</summary>
public sealed class CommandLineArgsCallbackContext(IList<object> args, IResource resource, CancellationToken cancellationToken = default)
{
    /// <summary>So far.</summary>
    public IList<object> Args { get; } = args;

    /// <summary>Whose.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Ends the work.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;
}

/// <summary>Adds arguments when the resource starts.</summary>
public class CommandLineArgsCallbackAnnotation(Func<CommandLineArgsCallbackContext, Task> callback) : IResourceAnnotation
{
    /// <summary>How.</summary>
    public Func<CommandLineArgsCallbackContext, Task> Callback { get; } = callback;
}
