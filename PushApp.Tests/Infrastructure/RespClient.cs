using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PushApp.Tests.Infrastructure;

/// <summary>One plain connection to a Redis server (https://redis.io/docs/latest/develop/reference/protocol-spec/), for commands that are for that server alone. Not thread-safe.</summary>
internal sealed class RespClient : IAsyncDisposable
{
    private readonly TcpClient _client;
    private readonly Stream _stream;

    private RespClient(TcpClient client)
    {
        _client = client;
        _stream = new BufferedStream(client.GetStream());
    }

    public static async Task<RespClient> ConnectAsync(int port, string password)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            var connection = new RespClient(client);
            await connection.SendAsync("AUTH", password);
            return connection;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and waits for its reply: a string, a number, null, or an array of these.</summary>
    /// <exception cref="InvalidOperationException">The server answered with an error; the message begins with it.</exception>
    public async Task<object?> SendAsync(params string[] command)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var argument in command)
        {
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(argument)}\r\n{argument}\r\n");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), limit.Token);
        await _stream.FlushAsync(limit.Token);
        return await ReadAsync(limit.Token);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _stream.DisposeAsync();
    }

    private async Task<object?> ReadAsync(CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken);
        switch (line[0])
        {
            case '+':
                return line[1..];
            case '-':
                throw new InvalidOperationException(line[1..]);
            case ':':
                return long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
            case '$' when line == "$-1":
            case '*' when line == "*-1":
                return null;
            case '$':
                var bytes = new byte[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture) + 2];
                await _stream.ReadExactlyAsync(bytes, cancellationToken);
                return Encoding.UTF8.GetString(bytes.AsSpan(..^2));
            case '*':
                var items = new object?[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)];
                for (var i = 0; i < items.Length; i++)
                {
                    items[i] = await ReadAsync(cancellationToken);
                }

                return items;
            default:
                throw new InvalidDataException($"Not a reply: {line}");
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line is not [.., (byte)'\r', (byte)'\n'])
        {
            await _stream.ReadExactlyAsync(one, cancellationToken);
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line[..^2]]);
    }
}
