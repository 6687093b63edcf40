using System.Globalization;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Imports;
using PushApp.Bench.Processes;
using PushApp.Bench.Report;

namespace PushApp.Bench.Commands;

/// <summary>How fast an address book goes from the upload's first byte to the event that says it is stored.</summary>
internal static class ImportCommand
{
    public static BenchCommand Command { get; } = new(
        "import",
        "Rows a second from upload to stored contacts, over HTTP, with the memory that it takes.",
        [
            new("--rows", "number", "Rows of the CSV file. 1000 to 5000000. Default 200000."),
            new("--rounds", "number", "Rounds, each with processes and a database of its own; medians are shown. 1 to 50. Default 3."),
            new("--postgres", "connection", "A PostgreSQL server to measure beside SQLite, by a user who may make databases, as in 'Host=localhost;Username=postgres'. Default none."),
            CommonSwitches.Broker, CommonSwitches.Output, CommonSwitches.NoOutput,
        ],
        RunAsync);

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var rows = arguments.Number("--rows", 200_000, 1000, 5_000_000);
        var rounds = arguments.Number("--rounds", 3, 1, 50);
        var kind = CommonSwitches.ReadBroker(arguments);
        List<(ImportTarget Target, List<ImportSample> Samples)> stores = [(ImportTarget.Sqlite, [])];
        if (arguments.Text("--postgres") is { } server)
        {
            stores.Add((ImportTarget.PostgreSql(server), []));
        }

        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (target, samples) in stores)
            {
                var sample = await ImportMeasurement.RunAsync(kind, target, rows, cancellationToken);
                samples.Add(sample);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round}/{rounds}  {target.Name,-10}  {rows / sample.Seconds,8:N0} rows/s  {sample.Seconds,6:N2} s, of which upload {sample.UploadSeconds,5:N2} s; CPU worker {sample.WorkerCpuSeconds,6:N2} s, web {sample.WebCpuSeconds,5:N2} s; load {sample.Load:N1}"));
            }
        }

        var table = new MarkdownTable("import", "rows/s", "slowest", "fastest", "seconds", "upload", "worker CPU µs/row", "web CPU µs/row", "worker peak MiB", "web peak MiB", "load");
        foreach (var (target, samples) in stores)
        {
            var median = ImportSample.Median(samples);
            table.Add(
                $"{Figure.Whole(rows)} rows of CSV, {target.Name}",
                Figure.Whole(rows / median.Seconds),
                Figure.Whole(rows / samples.Max(sample => sample.Seconds)),
                Figure.Whole(rows / samples.Min(sample => sample.Seconds)),
                Figure.Hundredths(median.Seconds),
                Figure.Hundredths(median.UploadSeconds),
                Figure.Tenths(median.WorkerCpuSeconds / rows * 1e6),
                Figure.Tenths(median.WebCpuSeconds / rows * 1e6),
                Figure.Whole(median.WorkerPeakBytes / (1024 * 1024)),
                Figure.Whole(median.WebPeakBytes / (1024 * 1024)),
                Figure.Tenths(median.Load));
        }

        var text = $"""
            A CSV file of {Figure.Whole(rows)} people in no order, from the first byte of its upload to `import.completed` on the user's stream: every contact is stored then, with its keys and its search index.{(stores.Count > 1 ? " PostgreSQL runs on the same machine, and its own CPU time is not counted; rounds of both take turns." : "")} Web node, worker and broker are processes of their own, on an empty database, warmed up by another user's import. Medians of {rounds} rounds; *load* is the machine's over the last minute, the import's own included.

            {MachineFacts.Describe(kind == BrokerKind.Garnet ? "broker Garnet" : "broker redis-server")}

                dotnet run -c Release --project bench/PushApp.Bench -- import --rows {rows} --rounds {rounds}{(stores.Count > 1 ? " --postgres …" : "")} --broker {(kind == BrokerKind.Garnet ? "garnet" : "redis")}

            {table}
            """;
        Console.WriteLine();
        Console.WriteLine(text);
        CommonSwitches.WriteDocument(arguments, "performance.md", "Performance", "import", text);
        return 0;
    }
}
