namespace Aspire.Hosting.ApplicationModel;

/// <summary>A command of a resource's own, beside those that every process has.</summary>
public sealed class ResourceCommandAnnotation : IResourceAnnotation
{
    internal ResourceCommandAnnotation(string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions options)
    {
        Name = name;
        DisplayName = displayName;
        ExecuteCommand = executeCommand;
        DisplayDescription = options.Description;
        UpdateState = options.UpdateState ?? (_ => ResourceCommandState.Enabled);
    }

    /// <summary>Its name, one for each of the resource's commands.</summary>
    public string Name { get; }

    /// <summary>What the dashboard calls it.</summary>
    public string DisplayName { get; }

    /// <summary>What the dashboard says of it.</summary>
    public string? DisplayDescription { get; }

    /// <summary>Whether it can be carried out now.</summary>
    public Func<UpdateCommandStateContext, ResourceCommandState> UpdateState { get; }

    /// <summary>Carries it out.</summary>
    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand { get; }
}

/// <summary>What can be said of a command.</summary>
public class CommandOptions
{
    /// <summary>What the dashboard says of it.</summary>
    public string? Description { get; set; }

    /// <summary>Whether it can be carried out, asked whenever something of the resource has changed. <value>Default null: always.</value></summary>
    public Func<UpdateCommandStateContext, ResourceCommandState>? UpdateState { get; set; }
}

/// <summary>Whether a command can be carried out.</summary>
public enum ResourceCommandState
{
    /// <summary>It can.</summary>
    Enabled,

    /// <summary>Not now.</summary>
    Disabled,

    /// <summary>It is not shown.</summary>
    Hidden,
}

/// <summary>What a command is carried out with.</summary>
public sealed class ExecuteCommandContext
{
    /// <summary>The AppHost's services.</summary>
    public required IServiceProvider Services { get; init; }

    /// <summary>The resource; of several replicas, one of them.</summary>
    public required string ResourceName { get; init; }

    /// <summary>Cancelled when nobody waits for it any more.</summary>
    public required CancellationToken CancellationToken { get; init; }
}

/// <summary>What the state of a command rests on.</summary>
public sealed class UpdateCommandStateContext
{
    /// <summary>What is known of the resource.</summary>
    public required CustomResourceSnapshot ResourceSnapshot { get; init; }

    /// <summary>The AppHost's services.</summary>
    public required IServiceProvider Services { get; init; }
}

/// <summary>How what came of a command is to be read.</summary>
public enum CommandResultFormat
{
    /// <summary>As it stands.</summary>
    Text,

    /// <summary>As JSON.</summary>
    Json,

    /// <summary>As Markdown; links are kept.</summary>
    Markdown,
}

/// <summary>What came of a command.</summary>
public sealed class CommandResultData
{
    /// <summary>The text.</summary>
    public required string Value { get; init; }

    /// <summary>How it is to be read. <value>Default <see cref="CommandResultFormat.Text"/>.</value></summary>
    public CommandResultFormat Format { get; init; }
}

/// <summary>How a command went.</summary>
public static class CommandResults
{
    /// <summary>It was carried out.</summary>
    public static ExecuteCommandResult Success() => new() { Success = true };

    /// <summary>It was carried out, and this is to be said of it.</summary>
    public static ExecuteCommandResult Success(string message) => new() { Success = true, Message = message };

    /// <summary>It was carried out, and this came of it.</summary>
    public static ExecuteCommandResult Success(string message, CommandResultData value) => new() { Success = true, Message = message, Data = value };

    /// <summary>It was not.</summary>
    public static ExecuteCommandResult Failure(string? errorMessage = null) => new() { Success = false, Message = errorMessage };
}
