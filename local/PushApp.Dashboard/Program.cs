using Microsoft.Extensions.Options;
using PushApp.Dashboard.Components;
using PushApp.Dashboard.Configuration;
using PushApp.Dashboard.Otlp;
using PushApp.Dashboard.Security;

namespace PushApp.Dashboard;

/// <summary>The dashboard as a process: an OTLP receiver and the pages over what it remembers.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            await using var app = Build(args);
            await app.RunAsync();
            return 0;
        }
        catch (OptionsValidationException exception)
        {
            foreach (var fault in exception.Failures)
            {
                await System.Console.Error.WriteLineAsync($"error: {fault}");
            }
        }
        catch (IOException exception)
        {
            // A port that somebody took in the meantime.
            await System.Console.Error.WriteLineAsync($"error: {exception.Message}");
        }

        return 1;
    }

    internal static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(Program).Assembly.GetName().Name });

        // What it writes stands among the app's own lines: only what goes wrong.
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddDashboardOptions();
        builder.AddListeners();
        builder.AddTelemetryReceiver();
        builder.AddLogin();
        builder.AddPages();

        // The AppHost waits for the end; open pages and streams need no farewell.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(2));

        var app = builder.Build();
        app.UseSecurityHeaders();
        app.UseRouting();
        app.UseMiddleware<PortGuard>();
        app.UsePages();
        app.MapTelemetryReceiver();

        // The AppHost waits for this line before it prints the login link.
        app.Lifetime.ApplicationStarted.Register(() => System.Console.WriteLine("dashboard ready"));
        return app;
    }
}
