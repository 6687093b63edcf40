using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PushApp.AppHost;

/// <summary>Commands of the worker: pause imports, and go on.</summary>
internal static class PauseCommandsExtensions
{
    /// <summary>Adds them, of which the one that changes something can be carried out. The worker gets a key for them that is new in each run; a deployment has neither.</summary>
    public static IResourceBuilder<ProjectResource> WithPauseCommands(this IResourceBuilder<ProjectResource> worker)
    {
        if (worker.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return worker;
        }

        var (key, hash) = ServiceRequest.NewKey();
        var endpoint = worker.GetEndpoint("http");
        var pause = new PauseCheck(endpoint, key);
        var check = $"{worker.Resource.Name}_pause";
        worker.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(check, _ => pause, failureStatus: null, tags: null));
        return worker
            .WithEnvironment("Pause__KeyHash", hash)
            .WithHealthCheck(check)
            .WithCommand(
                "pause-imports",
                "Pause imports",
                context => SetAsync(context, isPaused: true, "Imports are paused. Those that run go on to their end; others wait, also after a restart, until imports are resumed."),
                ServiceRequest.WhenHealthy("No worker takes another import until they are resumed, also after a restart. Those that run go on to their end.", () => pause.IsPaused is not true))
            .WithCommand(
                "resume-imports",
                "Resume imports",
                context => SetAsync(context, isPaused: false, "Imports are resumed: workers take those that wait."),
                ServiceRequest.WhenHealthy("Workers take imports again.", () => pause.IsPaused is not false));

        async Task<ExecuteCommandResult> SetAsync(ExecuteCommandContext context, bool isPaused, string done)
        {
            var result = await ServiceRequest.PostAsync(
                endpoint, isPaused ? "/pause" : "/resume", key, content: null, _ => Task.FromResult(CommandResults.Success(done)), context.CancellationToken);
            if (result.Success)
            {
                pause.Set(isPaused);

                // Nothing of it has changed but what its commands may do, which is asked for with each change.
                await context.Services.GetRequiredService<ResourceNotificationService>().PublishUpdateAsync(worker.Resource, context.ResourceName, state => state);
            }

            return result;
        }
    }
}
