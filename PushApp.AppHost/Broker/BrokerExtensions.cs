using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PushApp.AppHost;

/// <summary>The broker, in the kind that <c>PushApp:Broker</c> names.</summary>
internal static class BrokerExtensions
{
    private static readonly TimeSpan RuntimePatience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Adds it. By default a container where the AppHost runs on Aspire and a container runtime answers, else the embedded one. A deployment always gets Redis in a container.
    /// </summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddBroker(this IDistributedApplicationBuilder builder, string name)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return builder.AddRedis(name).WithDataVolume().WithPersistence();
        }

        return Kind(builder) switch
        {
            BrokerKind.Container => builder.AddRedis(name).WithDataVolume().WithPersistence(),
            BrokerKind.Server => builder.AddRedisServer(name),
            BrokerKind.Embedded => builder.AddGarnet(name),
            _ => builder.AddConnectionString(name),
        };
    }

    /// <summary>
    /// Tells a service what an acknowledged publish has outlived: <c>PushApp:Acknowledge</c> (Memory or Disk); by default Disk with the brokers that the AppHost itself runs, which write before they answer.
    /// </summary>
    public static IResourceBuilder<T> WithAcknowledgement<T>(this IResourceBuilder<T> service, IResourceBuilder<IResourceWithConnectionString> broker)
        where T : IResourceWithEnvironment =>
        service.WithEnvironment("Push__Acknowledge", service.ApplicationBuilder.Configuration["PushApp:Acknowledge"] ?? (broker.Resource is BrokerResource ? "Disk" : "Memory"));

    private static BrokerKind Kind(IDistributedApplicationBuilder builder)
    {
        if (builder.Configuration["PushApp:Broker"] is { Length: > 0 } setting)
        {
            return Enum.TryParse<BrokerKind>(setting, ignoreCase: true, out var kind) && !int.TryParse(setting, CultureInfo.InvariantCulture, out _)
                ? kind
                : throw new DistributedApplicationException($"PushApp:Broker is '{setting}': write container, server, embedded or external.");
        }

        return Metadata("RunsOnAspire") == "true" && (Answers("docker") || Answers("podman")) ? BrokerKind.Container : BrokerKind.Embedded;
    }

    private static IResourceBuilder<IResourceWithConnectionString> AddGarnet(this IDistributedApplicationBuilder builder, string name)
    {
        var program = Metadata("BrokerProgram") is { } dll && File.Exists(dll)
            ? dll
            : throw new DistributedApplicationException("PushApp.Broker is not built. Build it and read its errors: dotnet build local/PushApp.Broker");
        var data = builder.CreateDataDirectory("garnet");
        var password = builder.AddParameter($"{name}-password", NewPassword(), secret: true);
        return builder.AddBrokerProcess(new BrokerResource(name, "dotnet", Path.GetDirectoryName(program)!, password.Resource))
            .WithEnvironment("PUSHAPP_BROKER_PASSWORD", password)
            .WithArgs(program, "--data-dir", data)
            .WithPortArgument();
    }

    private static IResourceBuilder<IResourceWithConnectionString> AddRedisServer(this IDistributedApplicationBuilder builder, string name)
    {
        if (!IsOnPath("redis-server"))
        {
            throw new DistributedApplicationException("redis-server is not on PATH: install Redis or Valkey, or choose the broker that needs nothing: PushApp__Broker=embedded.");
        }

        var data = builder.CreateDataDirectory("redis");
        var value = NewPassword();
        var password = builder.AddParameter($"{name}-password", value, secret: true);
        return builder.AddBrokerProcess(new BrokerResource(name, "redis-server", data, password.Resource))
            .WithArgs(RedisConfiguration.Write(data, value))
            .WithPortArgument();
    }

    private static IResourceBuilder<BrokerResource> AddBrokerProcess(this IDistributedApplicationBuilder builder, BrokerResource broker)
    {
        var check = $"{broker.Name}_ping";
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(check, _ => new BrokerHealthCheck(broker), failureStatus: null, tags: null));
        return builder.AddResource(broker)
            .WithEndpoint(scheme: "tcp", name: BrokerResource.EndpointName)
            .WithHealthCheck(check);
    }

    private static IResourceBuilder<BrokerResource> WithPortArgument(this IResourceBuilder<BrokerResource> broker) => broker.WithArgs(context =>
    {
        context.Args.Add("--port");
        context.Args.Add(broker.Resource.PrimaryEndpoint.Property(EndpointProperty.TargetPort));
    });

    /// <summary>New in each run, as that of Aspire's Redis. Letters and digits only: it goes into connection strings, URLs and a configuration file.</summary>
    private static string NewPassword() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Whether a container runtime is there and runs: Aspire would wait for one that does not.</summary>
    private static bool Answers(string runtime)
    {
        if (!IsOnPath(runtime))
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(runtime, "version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.WaitForExit(RuntimePatience))
        {
            return process.ExitCode == 0;
        }

        process.Kill(entireProcessTree: true);
        return false;
    }

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, $"{program}.exe")));

    // Noted by the project file, the only place that knows the engine.
    private static string? Metadata(string key) =>
        typeof(BrokerExtensions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value;
}
