using Aspire.Hosting.ApplicationModel;
using PushApp.LocalHosting.Engine;

namespace Aspire.Hosting;

/// <summary>Projects.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project that the AppHost refers to. Its launch profile gives endpoints and environment.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        var metadata = new TProject();
        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation<IProjectMetadata>(metadata);
        if (LaunchProfile.Read(metadata.ProjectPath) is not { } profile)
        {
            return project;
        }

        project.WithAnnotation(profile);
        if (builder.ExecutionContext.IsPublishMode)
        {
            return project;
        }

        foreach (var url in profile.ApplicationUrls)
        {
            project.WithEndpoint(port: url.Port, scheme: url.Scheme);
        }

        return project;
    }

    /// <summary>Runs several processes of it behind one address.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }
}
