using System.Text.Json;
using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Processes;

/// <summary>The first line of each process we start: where it listens.</summary>
/// <param name="Port">Of its streams; 0 where it has none.</param>
/// <param name="Control">Of <see cref="ControlConnection"/>.</param>
internal sealed record ReadyLine(int Port, int Control)
{
    public void Write() => Console.Out.WriteLine(JsonSerializer.Serialize(this, JsonSerializerOptions.Web));

    public static async Task<ReadyLine> ReadAsync(ChildProcess process, CancellationToken cancellationToken)
    {
        var line = await process.FirstLineAsync(TimeSpan.FromSeconds(30), cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<ReadyLine>(line, JsonSerializerOptions.Web)
                ?? throw new BenchFailureException($"{process.Name} printed '{line}' where it should say its ports.");
        }
        catch (JsonException exception)
        {
            throw process.Failure($"printed '{line}' where it should say its ports", exception);
        }
    }
}
