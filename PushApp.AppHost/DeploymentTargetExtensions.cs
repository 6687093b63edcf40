namespace PushApp.AppHost;

/// <summary>What Aspire publishes a deployment for; the MSBuild property <c>PublishTo</c>.</summary>
internal static class DeploymentTargetExtensions
{
    /// <summary>Adds it, where there is one: Docker Compose, or a Helm chart for Kubernetes.</summary>
    public static void AddDeploymentTarget(this IDistributedApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
#if PUBLISHES_COMPOSE
        builder.AddDockerComposeEnvironment("compose");
#elif PUBLISHES_KUBERNETES
        builder.AddKubernetesEnvironment("kubernetes");
#endif
    }
}
