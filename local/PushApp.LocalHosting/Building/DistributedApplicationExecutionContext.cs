namespace Aspire.Hosting;

/// <summary>What the AppHost was asked for.</summary>
public enum DistributedApplicationOperation
{
    /// <summary>To run the app.</summary>
    Run = 0,

    /// <summary>To describe it for a deployment.</summary>
    Publish = 1,
}

/// <summary>What the AppHost was asked for.</summary>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
{
    /// <summary>That.</summary>
    public DistributedApplicationOperation Operation { get; } = operation;

    /// <summary>To describe it.</summary>
    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    /// <summary>To run it.</summary>
    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;
}
