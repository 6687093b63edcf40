namespace PushApp.AppHost;

/// <summary>Commands of the worker: pause imports, and go on.</summary>
internal static class PauseCommandsExtensions
{
    /// <summary>Adds them. The worker gets a key for them that is new in each run; a deployment has neither.</summary>
    public static IResourceBuilder<ProjectResource> WithPauseCommands(this IResourceBuilder<ProjectResource> worker)
    {
        if (worker.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return worker;
        }

        var (key, hash) = ServiceRequest.NewKey();
        var endpoint = worker.GetEndpoint("http");
        return worker
            .WithEnvironment("Pause__KeyHash", hash)
            .WithCommand(
                "pause-imports",
                "Pause imports",
                context => ServiceRequest.PostAsync(endpoint, "/pause", key, content: null, read: null, context.CancellationToken),
                ServiceRequest.WhenHealthy("No worker takes another import until they are resumed, also after a restart. Those that run go on to their end."))
            .WithCommand(
                "resume-imports",
                "Resume imports",
                context => ServiceRequest.PostAsync(endpoint, "/resume", key, content: null, read: null, context.CancellationToken),
                ServiceRequest.WhenHealthy("Workers take imports again."));
    }
}
