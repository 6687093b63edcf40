using System.Reflection;
using System.Reflection.Emit;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using PushApp.LocalHosting.Engine;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Unit.Hosting.Local;

public sealed class LaunchPlanTests
{
    [Fact]
    public async Task A_project_that_is_not_built_is_told_with_the_command_that_builds_it()
    {
        using var folder = new TempFolder("not-built");
        var dll = folder.Combine("X.dll");
        var project = new ProjectResource("web");
        project.Annotations.Add(new Metadata(folder.Combine("X.csproj")));

        // As AppHost.targets notes it in the AppHost.
        var noted = new CustomAttributeBuilder(
            typeof(AssemblyMetadataAttribute).GetConstructor([typeof(string), typeof(string)])!, [$"LocalHosting.Program:{folder.Combine("X.csproj")}", dll]);
        var appHost = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("AppHost"), AssemblyBuilderAccess.Run, [noted]);

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => LaunchPlan.CreateAsync(
            new ResourceInstance(project, "web"),
            new EngineOptions { ProgramOf = new BuiltPrograms(appHost) },
            new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run),
            TestContext.Current.CancellationToken));

        Assert.Equal($"'web' is not built: {dll} is missing. Build it and read its errors: dotnet build {folder.Combine("X.csproj")}", exception.Message);
    }

    private sealed class Metadata(string projectPath) : IProjectMetadata
    {
        public string ProjectPath { get; } = projectPath;
    }
}
