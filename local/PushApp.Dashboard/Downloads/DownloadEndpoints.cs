using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using PushApp.Dashboard.Console;
using PushApp.Dashboard.Otlp.Http;
using PushApp.Dashboard.Resources;
using PushApp.Dashboard.Store;

namespace PushApp.Dashboard.Downloads;

/// <summary>Files to keep or to hand on: telemetry as OTLP JSON, a console as text.</summary>
internal static class DownloadEndpoints
{
    public static IEndpointConventionBuilder MapDownloads(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/download");
        group.MapGet("/traces", (TelemetryStore store, string? trace, string? resource) => Json(
            "traces",
            OtlpDocuments.Traces((trace is { Length: > 0 } ? store.Traces.Find(trace) is { } found ? [found] : [] : store.Traces.All())
                .SelectMany(t => t.Spans)
                .Where(s => s.Resource.IsCalled(resource)))));
        group.MapGet("/logs", (TelemetryStore store, string? trace, string? resource) => Json(
            "logs",
            OtlpDocuments.Logs(store.Logs.Where(e => e.Resource.IsCalled(resource) && (string.IsNullOrEmpty(trace) || e.TraceId == trace)))));
        group.MapGet("/metrics", (TelemetryStore store, string? resource) => Json("metrics", OtlpDocuments.Metrics(store.Metrics.All(resource))));
        group.MapGet("/console/{id}", ConsoleAsync);
        return group;
    }

    private static IResult Json(string name, IMessage document) => Results.Stream(
        async stream =>
        {
            await using var writer = new Utf8JsonWriter(stream);
            OtlpJson.Write(writer, document);
        },
        "application/json",
        $"{name}.json");

    private static IResult ConsoleAsync(string id, ResourceClient resources, HttpContext context) => resources.Find(id) is not { } resource
        ? Results.Problem($"There is no resource '{id}'.", statusCode: StatusCodes.Status404NotFound)
        : Results.Stream(
            async stream =>
            {
                await using var writer = new StreamWriter(stream, new UTF8Encoding(false));
                await foreach (var line in resources.LogsAsync(resource.Id, follow: false, context.RequestAborted))
                {
                    await writer.WriteLineAsync($"{line.Time.ToString("O", CultureInfo.InvariantCulture)} {AnsiText.Strip(line.Text)}".AsMemory(), context.RequestAborted);
                }
            },
            "text/plain; charset=utf-8",
            $"{resource.Id}.log");
}
