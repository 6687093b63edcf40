using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PushApp.LocalHosting.Dashboard;

/// <summary>Tells the dashboard of resources, their logs and commands: lines of JSON over HTTP, on loopback, for whoever has this run's key.</summary>
internal sealed class ResourceService(ResourceNotificationService notifications, ResourceLoggerService logs, ResourceCommandService commands, IServiceProvider services) : IAsyncDisposable
{
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    private WebApplication? _app;

    public async Task StartAsync(DashboardSettings settings)
    {
        // Nothing of the AppHost's own configuration: that is the app's.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenLocalhost(settings.ResourceService.Port);
        });
        builder.Services.AddRoutingCore();

        // Streams last as long as the dashboard, which has ended by then.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            if (IsKey(context.Request.Headers[ResourceWire.KeyHeader], settings.ResourceServiceKey))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        _app.UseRouting();
        _app.MapGet("/resources", WatchAsync);
        _app.MapGet("/resources/{id}/logs", LogsAsync);
        _app.MapPost("/resources/{id}/commands/{command}", CommandAsync);
        await _app.StartAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync().ConfigureAwait(false);
            await _app.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool IsKey(string? given, string key) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given ?? "")), SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private async Task WatchAsync(HttpContext context)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(context.RequestAborted).ConfigureAwait(false))
            {
                await WriteAsync(context, Message(change)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The dashboard has gone.
        }
    }

    private async Task LogsAsync(HttpContext context)
    {
        try
        {
            await foreach (var lines in logs.WatchTimesAsync((string)context.Request.RouteValues["id"]!, context.RequestAborted).ConfigureAwait(false))
            {
                foreach (var (line, time) in lines)
                {
                    await JsonSerializer.SerializeAsync(context.Response.Body, new ResourceLogLine(line.LineNumber, time, line.Content, line.IsErrorMessage), ResourceWire.Json, context.RequestAborted).ConfigureAwait(false);
                    await context.Response.Body.WriteAsync(LineEnd, context.RequestAborted).ConfigureAwait(false);
                }

                await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
                if (context.Request.Query["follow"] == "false")
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody looks at it any more.
        }
    }

    private async Task CommandAsync(HttpContext context)
    {
        var command = (string)context.Request.RouteValues["command"]!;

        // Whoever leaves the page meanwhile has a process neither killed in the middle of its end nor kept from its new start.
        var cancelled = KnownResourceCommands.All.Contains(command) ? CancellationToken.None : context.RequestAborted;
        var result = await commands.ExecuteCommandAsync((string)context.Request.RouteValues["id"]!, command, cancelled).ConfigureAwait(false);
        await WriteAsync(context, new ResourceCommandOutcome(result.Success, result.Message, result.Data?.Value, result.Data?.Format.ToString())).ConfigureAwait(false);
    }

    private static async Task WriteAsync<T>(HttpContext context, T message)
    {
        await JsonSerializer.SerializeAsync(context.Response.Body, message, ResourceWire.Json, context.RequestAborted).ConfigureAwait(false);
        await context.Response.Body.WriteAsync(LineEnd, context.RequestAborted).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private ResourceMessage Message(ResourceEvent change)
    {
        var snapshot = change.Snapshot;
        var state = snapshot.State?.Text ?? KnownResourceStates.NotStarted;
        return new(
            change.ResourceId,
            change.Resource.Name,
            change.Resource switch { ProjectResource => "Project", ExecutableResource => "Executable", ConnectionStringResource => "Connection string", var other => other.GetType().Name },
            state,
            snapshot.HealthStatus?.ToString(),
            snapshot.ExitCode,
            snapshot.StartTimeStamp,
            snapshot.StopTimeStamp,
            [.. snapshot.Urls.Select(u => new ResourceUrl(u.Name, u.Url, u.DisplayProperties.DisplayName))],
            [.. snapshot.EnvironmentVariables.Select(v => new ResourceVariable(v.Name, v.Value, v.IsFromSpec))],
            [.. snapshot.HealthReports.Select(r => new ResourceHealthReport(r.Name, r.Status?.ToString(), r.Description ?? r.ExceptionText))],
            [.. snapshot.Properties.Select(p => new ResourceProperty(p.Name, p.Value is IEnumerable<string> several ? string.Join(' ', several) : p.Value?.ToString() ?? ""))],
            change.Resource is not (ProjectResource or ExecutableResource) ? []
                : state == KnownResourceStates.Running ? [KnownResourceCommands.StopCommand, KnownResourceCommands.RestartCommand]
                : state == KnownResourceStates.NotStarted || KnownResourceStates.TerminalStates.Contains(state) ? [KnownResourceCommands.StartCommand]
                : [],
            [.. change.Resource.Annotations.OfType<ResourceCommandAnnotation>()
                .Select(command => (command, state: command.UpdateState(new UpdateCommandStateContext { ResourceSnapshot = snapshot, Services = services })))
                .Where(each => each.state != ResourceCommandState.Hidden)
                .Select(each => new ResourceOwnCommand(each.command.Name, each.command.DisplayName, each.command.DisplayDescription, each.state == ResourceCommandState.Enabled))]);
    }
}
