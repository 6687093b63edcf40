using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Faults.Push;

public sealed class WebNodeKilledTests
{
    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task The_client_resumes_on_another_node_without_a_hole(BrokerKind kind)
    {
        await using var broker = await BrokerProcess.StartAsync(kind, TestContext.Current.CancellationToken);
        await using var publisher = await PushNode.StartAsync(
            broker.ConnectionString, "push", new Dictionary<string, string?> { ["Push:History:MaxEvents"] = "100000" });
        using var folder = new TempFolder("nodes");
        var (one, oneHttp) = await StartNodeAsync(broker, folder);
        var (two, twoHttp) = await StartNodeAsync(broker, folder);
        await using var closingOne = one;
        await using var closingTwo = two;
        using var http = oneHttp;
        using var otherHttp = twoHttp;

        using var done = new CancellationTokenSource();
        var published = 0;
        var publishing = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await publisher.Publisher.PublishAsync(ChannelName.Broadcast, "test", $"{published}", cancellationToken: TestContext.Current.CancellationToken);
                published++;
            }
        }, TestContext.Current.CancellationToken);

        var received = new List<string>();
        await using var stream = await SseReader.OpenAsync(http, "/sse/");
        received.AddRange((await stream.NextAsync(50)).Select(e => e.Data));
        await one.KillAsync();
        try
        {
            while (true)
            {
                received.Add((await stream.NextAsync()).Data);
            }
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            // The wire broke; the cursor is that of the last event read.
        }

        await using var resumed = await SseReader.OpenAsync(otherHttp, "/sse/", lastEventId: stream.LastEventId);
        received.AddRange((await resumed.NextAsync(50)).Select(e => e.Data));
        await done.CancelAsync();
        await publishing;
        var first = int.Parse(received[0], null);
        Assert.Equal(Enumerable.Range(first, received.Count).Select(i => $"{i}"), received);
    }

    private static async Task<(ChildProcess Process, HttpClient Http)> StartNodeAsync(BrokerProcess broker, TempFolder folder)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var process = ChildProcess.StartProject("PushApp.Web", [], new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ConnectionStrings__redis"] = broker.ConnectionString,
            ["ConnectionStrings__contacts"] = $"Data Source={folder.Combine("contacts.db")}",
        });
        var http = new HttpClient { BaseAddress = address };
        await Until.TrueAsync(
            async () =>
            {
                Assert.False(process.HasExited, process.Output);
                try
                {
                    using var response = await http.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
                    return response.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the node is healthy",
            TimeSpan.FromSeconds(60));
        return (process, http);
    }
}
