using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Load;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Servers;

/// <summary>Publishes to Nchan by HTTP, pipelined on one connection so that events leave in order, and tells how many subscribers it counts.</summary>
internal static partial class NchanPublisher
{
    public static async Task<int> RunAsync(int payloadSize, CancellationToken cancellationToken)
    {
        var port = int.Parse(
            Environment.GetEnvironmentVariable("NCHAN_PORT") ?? throw new UsageException("Set NCHAN_PORT to the server's port."), CultureInfo.InvariantCulture);
        using var status = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await WaitAsync(status, cancellationToken);

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        string? fault = null;
        var reading = ReadAsync();
        long published = 0;
        using var control = new ControlListener(
            () => socket.Send(Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"POST /pub HTTP/1.1\r\nHost: 127.0.0.1\r\nX-EventSource-Event: {Payload.EventName}\r\nContent-Type: text/plain\r\nContent-Length: {payloadSize}\r\n\r\n{Payload.Create(++published, payloadSize)}"))),
            () => new ServerFigures(Connections: Subscribers(status), Published: published, Fault: fault));
        new ReadyLine(port, control.Port).Write();
        await BenchHost.WaitForEndOfInputAsync(cancellationToken);
        return 0;

        // The answers: 201 with subscribers, 202 without.
        async Task ReadAsync()
        {
            var buffer = new byte[64 * 1024];
            while (await socket.ReceiveAsync(buffer, cancellationToken) is var count and > 0)
            {
                if (Refused().Match(Encoding.ASCII.GetString(buffer, 0, count)) is { Success: true } refused)
                {
                    fault ??= $"Nchan answered {refused.Value}";
                }
            }

            fault ??= "Nchan closed the publisher's connection";
        }
    }

    private static async Task WaitAsync(HttpClient status, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                _ = await status.GetStringAsync("/status", cancellationToken);
                return;
            }
            catch (HttpRequestException) when (attempt < 200)
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    // On the control connection's own thread.
    private static int Subscribers(HttpClient status)
    {
        using var response = status.Send(new HttpRequestMessage(HttpMethod.Get, "/status"));
        using var reader = new StreamReader(response.Content.ReadAsStream());
        return int.Parse(SubscriberCount().Match(reader.ReadToEnd()).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"HTTP/1\.1 [345]\d\d")]
    private static partial Regex Refused();

    [GeneratedRegex(@"^subscribers: (\d+)", RegexOptions.Multiline)]
    private static partial Regex SubscriberCount();
}
