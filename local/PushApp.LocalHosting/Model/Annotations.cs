namespace Aspire.Hosting.ApplicationModel;

/// <summary>How many processes of a project run.</summary>
public sealed class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
{
    /// <summary>The number.</summary>
    public int Replicas { get; } = replicas;
}

/// <summary>What a resource waits for before it starts.</summary>
public sealed class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    /// <summary>For whom.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>For what.</summary>
    public WaitType WaitType { get; } = waitType;

    /// <summary>The exit code waited for.</summary>
    public int ExitCode { get; } = exitCode;
}

/// <summary>What is waited for.</summary>
public enum WaitType
{
    /// <summary>That it runs and its health checks pass.</summary>
    WaitUntilHealthy = 0,

    /// <summary>That it has ended.</summary>
    WaitForCompletion = 1,

    /// <summary>That it runs.</summary>
    WaitUntilStarted = 2,
}

/// <summary>A health check, by its name in the AppHost's services.</summary>
public class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    /// <summary>The name.</summary>
    public string Key { get; } = key;
}

/// <summary>Is not started with the app, only by command.</summary>
public sealed class ExplicitStartupAnnotation : IResourceAnnotation;
