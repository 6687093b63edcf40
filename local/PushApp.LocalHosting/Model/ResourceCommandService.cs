using Microsoft.Extensions.DependencyInjection;
using PushApp.LocalHosting.Engine;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Carries out commands on resources: those of <see cref="KnownResourceCommands"/>, and their own.</summary>
public class ResourceCommandService
{
    private readonly IServiceProvider _services;

    internal ResourceCommandService(IServiceProvider services) => _services = services;

    /// <summary>Carries out a command on all replicas of a resource.</summary>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return ExecuteAsync(i => ReferenceEquals(i.Resource, resource), resource.Name, commandName, cancellationToken);
    }

    /// <summary>Carries out a command on a resource, or on one replica, as <c>web-1</c>.</summary>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default) => ExecuteAsync(
        i => string.Equals(i.Id, resourceId, StringComparison.OrdinalIgnoreCase) || string.Equals(i.Resource.Name, resourceId, StringComparison.OrdinalIgnoreCase),
        resourceId,
        commandName,
        cancellationToken);

    private async Task<ExecuteCommandResult> ExecuteAsync(Func<ResourceInstance, bool> which, string name, string command, CancellationToken cancellationToken)
    {
        foreach (var runner in _services.GetRequiredService<LocalEngine>().Runners)
        {
            var instances = runner.Instances.Where(which).ToList();
            if (instances.Count == 0)
            {
                continue;
            }

            if (instances[0].Resource.Annotations.OfType<ResourceCommandAnnotation>().FirstOrDefault(own => own.Name == command) is { } ownCommand)
            {
                return await ExecuteOwnAsync(ownCommand, instances[0].Id, cancellationToken).ConfigureAwait(false);
            }

            if (!KnownResourceCommands.All.Contains(command))
            {
                return new ExecuteCommandResult { Success = false, Message = $"'{name}' has no command '{command}'." };
            }

            try
            {
                await (command == KnownResourceCommands.StartCommand ? runner.StartAsync(instances, cancellationToken)
                    : command == KnownResourceCommands.StopCommand ? runner.StopAsync(instances, cancellationToken)
                    : runner.RestartAsync(instances, cancellationToken)).ConfigureAwait(false);
                return new ExecuteCommandResult { Success = true };
            }
            catch (DistributedApplicationException exception)
            {
                return new ExecuteCommandResult { Success = false, Message = exception.Message };
            }
        }

        return new ExecuteCommandResult { Success = false, Message = $"There is no resource '{name}'." };
    }

    private async Task<ExecuteCommandResult> ExecuteOwnAsync(ResourceCommandAnnotation command, string resourceId, CancellationToken cancellationToken)
    {
        try
        {
            return await command.ExecuteCommand(new ExecuteCommandContext { Services = _services, ResourceName = resourceId, CancellationToken = cancellationToken }).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The app's own code: whatever it throws is its outcome, and whoever asked is told.
            return CommandResults.Failure(exception.Message);
        }
    }
}

/// <summary>How a command went.</summary>
public sealed class ExecuteCommandResult
{
    /// <summary>Whether it was carried out.</summary>
    public required bool Success { get; init; }

    /// <summary>What is to be said of it: why not, above all.</summary>
    public string? Message { get; init; }

    /// <summary>What came of it.</summary>
    public CommandResultData? Data { get; init; }
}
