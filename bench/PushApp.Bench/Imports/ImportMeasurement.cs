using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Imports;

/// <summary>One import over HTTP: a broker, a web node and a worker of its own on an empty database, warmed up by another user's import.</summary>
internal static class ImportMeasurement
{
    private const int WarmUpRows = 20_000;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ImportTimeout = TimeSpan.FromMinutes(10);

    public static async Task<ImportSample> RunAsync(BrokerKind kind, ImportTarget target, int rows, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("pushapp-bench-import-");
        var database = await target.CreateAsync(folder.FullName, cancellationToken);
        try
        {
            await using var broker = await BrokerProcess.StartAsync(kind, core: null, durable: true, cancellationToken);
            var address = new Uri($"http://127.0.0.1:{BrokerProcess.FreePort()}");
            Dictionary<string, string> environment = new()
            {
                ["ConnectionStrings__redis"] = broker.ConnectionString,
                ["ConnectionStrings__contacts"] = database,
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["Push__Acknowledge"] = "Disk",
                ["Imports__MaxFileBytes"] = "2147483648",
            };
            await using var web = await ServiceProcess.StartAsync("PushApp.Web", environment, cancellationToken);
            environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
            await using var worker = await ServiceProcess.StartAsync("PushApp.ImportWorker", environment, cancellationToken);
            await WaitForAsync(address, web, cancellationToken);

            await ImportAsync(address, "warm-up", WarmUpRows, web, cancellationToken);
            var (workerCpu, webCpu) = (worker.CpuTime, web.CpuTime);
            var (upload, total) = await ImportAsync(address, "measured", rows, web, cancellationToken);
            return new ImportSample(
                upload.TotalSeconds,
                total.TotalSeconds,
                (worker.CpuTime - workerCpu).TotalSeconds,
                (web.CpuTime - webCpu).TotalSeconds,
                ProcessMemory.Read(worker.Id).PeakResidentBytes,
                ProcessMemory.Read(web.Id).PeakResidentBytes,
                double.Parse((await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Split(' ')[0], CultureInfo.InvariantCulture));
        }
        finally
        {
            await target.DropAsync(database);
            folder.Delete(recursive: true);
        }
    }

    private static async Task WaitForAsync(Uri address, ServiceProcess web, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address };
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync("/api/site", cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(started) < StartTimeout)
            {
                // Not yet: it listens when its database is ready.
            }
            catch (HttpRequestException exception)
            {
                throw web.Failure($"did not answer within {StartTimeout.TotalSeconds:0} s", exception);
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    private static async Task<(TimeSpan Upload, TimeSpan Total)> ImportAsync(Uri address, string user, int rows, ServiceProcess web, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ImportTimeout);
        using var http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        var account = new { email = $"{user}@example.com", password = "correct horse" };
        using (var registered = await http.PostAsJsonAsync("/api/account/register", account, patience.Token))
        {
            registered.EnsureSuccessStatusCode();
        }

        using (var signedIn = await http.PostAsJsonAsync("/api/account/login?useCookies=true", account, patience.Token))
        {
            signedIn.EnsureSuccessStatusCode();
        }

        using var stream = await http.GetAsync("/sse/", HttpCompletionOption.ResponseHeadersRead, patience.Token);
        stream.EnsureSuccessStatusCode();
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(patience.Token));

        using var content = new AddressBookContent(rows);
        content.Headers.ContentType = new("text/csv");
        using var form = new MultipartFormDataContent { { content, "file", "contacts.csv" } };
        var started = Stopwatch.GetTimestamp();
        using (var answer = await http.PostAsync("/api/imports", form, patience.Token))
        {
            if (!answer.IsSuccessStatusCode)
            {
                throw web.Failure($"refused the file ({(int)answer.StatusCode}): {await answer.Content.ReadAsStringAsync(patience.Token)}");
            }
        }

        var upload = Stopwatch.GetElapsedTime(started);
        var import = await WaitForEndAsync(events, patience.Token);
        var total = Stopwatch.GetElapsedTime(started);
        if (import.GetProperty("rows").GetInt64() != rows || import.GetProperty("added").GetInt64() != rows)
        {
            throw new BenchFailureException($"The import of {rows} rows ended wrongly: {import}");
        }

        return (upload, total);
    }

    private static async Task<JsonElement> WaitForEndAsync(StreamReader events, CancellationToken cancellationToken)
    {
        var name = "";
        while (await events.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line["event: ".Length..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && name is "import.completed" or "import.failed" && line.Length > "data: ".Length)
            {
                return name == "import.completed" ? JsonElement.Parse(line["data: ".Length..]) : throw new BenchFailureException($"The import failed: {line}");
            }
        }

        throw new BenchFailureException("The stream ended before the import did.");
    }
}
