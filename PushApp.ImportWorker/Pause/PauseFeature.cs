using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PushApp.Contacts;
using PushApp.Push;
using PushApp.Web.Contacts;
using StackExchange.Redis;

namespace PushApp.ImportWorker.Pause;

/// <summary><c>POST /pause</c> and <c>POST /resume</c>, and <c>GET /pause</c> for how it is: at any worker, for all of them. Whoever asks shows the key in <c>X-Api-Key</c>.</summary>
internal static class PauseFeature
{
    public static void AddPause(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<PauseOptions>().BindConfiguration(PauseOptions.SectionName).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PauseOptions>, PauseOptionsValidator>());
        builder.Services.AddSingleton<ImportQueueSwitch>();
        builder.Services.AddSingleton<RedisImportPause>();
        builder.Services.AddSingleton<IImportPause>(services => services.GetRequiredService<RedisImportPause>());
        builder.Services.AddHostedService<ImportQueueWatch>();
    }

    public static void MapPause(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<PauseOptions>>().Value.KeyHash is { } hash)
        {
            app.MapGet("/pause", (HttpRequest request, ImportQueueSwitch queue) => TellAsync(request, hash, queue)).DisableHttpMetrics();
            app.MapPost("/pause", (HttpRequest request, RedisImportPause pause) => SetAsync(request, hash, pause, isPaused: true));
            app.MapPost("/resume", (HttpRequest request, RedisImportPause pause) => SetAsync(request, hash, pause, isPaused: false));
        }
    }

    private static async Task<IResult> TellAsync(HttpRequest request, string hash, ImportQueueSwitch queue)
    {
        // Asked every few seconds, as a health check is: its traces would hide the others.
        Activity.Current?.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        if (!IsKey(request, hash))
        {
            return NoKey();
        }

        try
        {
            if (await queue.IsPausedAsync(request.HttpContext.RequestAborted) is { } isPaused)
            {
                return Results.Ok(new { paused = isPaused });
            }
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            // As where it is known to be away.
        }

        return Results.Problem("The broker does not answer, so that it is not known whether imports are paused. Ask again.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static bool IsKey(HttpRequest request, string hash) => ApiKey.Verify(request.Headers["X-Api-Key"].ToString(), hash);

    private static IResult NoKey() =>
        Results.Problem("Send the key whose hash is set as Pause:KeyHash in the header X-Api-Key.", statusCode: StatusCodes.Status401Unauthorized);

    private static async Task<IResult> SetAsync(HttpRequest request, string hash, RedisImportPause pause, bool isPaused)
    {
        if (!IsKey(request, hash))
        {
            return NoKey();
        }

        try
        {
            await pause.SetAsync(isPaused, request.HttpContext.RequestAborted);
            return Results.NoContent();
        }
        catch (Exception error) when (error is RedisException or TimeoutException or BrokerUnavailableException)
        {
            return Results.Problem($"The broker does not answer, so that it may not have been done, or pages not been told: {error.Message} Repeat it.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
