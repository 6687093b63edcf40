using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PushApp.AppHost;

/// <summary>Healthy when PING is answered with PONG: one that is still loading its data answers otherwise. Needs no Redis client and leaves no connection behind.</summary>
internal sealed class BrokerHealthCheck(BrokerResource broker) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var password = await broker.Password.GetValueAsync(limit.Token);
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", broker.PrimaryEndpoint.Port, limit.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"*2\r\n$4\r\nAUTH\r\n${password!.Length}\r\n{password}\r\n*1\r\n$4\r\nPING\r\n"), limit.Token);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            _ = await reader.ReadLineAsync(limit.Token);
            var answer = await reader.ReadLineAsync(limit.Token);
            return answer == "+PONG" ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"PING was answered with '{answer}'.");
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return HealthCheckResult.Unhealthy($"PING was not answered: {exception.Message}");
        }
    }
}
