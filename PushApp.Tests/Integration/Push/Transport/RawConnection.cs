using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PushApp.Tests.Integration.Push.Transport;

/// <summary>A client that says byte for byte what a test wants to say.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private byte[] _unread = [];

    private RawConnection()
    {
    }

    public Socket Socket => _socket;

    public static async Task<RawConnection> ConnectAsync(Uri address, int? receiveBuffer = null)
    {
        var client = new RawConnection();
        if (receiveBuffer is { } size)
        {
            client._socket.ReceiveBufferSize = size;
        }

        await client._socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port, TestContext.Current.CancellationToken);
        return client;
    }

    public async Task SendAsync(string text) => await SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, TestContext.Current.CancellationToken)..];
        }
    }

    /// <summary>What comes, up to and including a text.</summary>
    public async Task<string> ReadToAsync(string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        while (true)
        {
            var at = _unread.AsSpan().IndexOf(wanted);
            if (at >= 0)
            {
                var found = Encoding.UTF8.GetString(_unread.AsSpan(0, at + wanted.Length));
                _unread = _unread[(at + wanted.Length)..];
                return found;
            }

            if (!await ReceiveAsync())
            {
                throw new EndOfStreamException($"The connection ended before '{text}': {Encoding.UTF8.GetString(_unread)}");
            }
        }
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        while (_unread.Length < count)
        {
            if (!await ReceiveAsync())
            {
                throw new EndOfStreamException($"The connection ended after {_unread.Length} of {count} bytes.");
            }
        }

        var found = _unread[..count];
        _unread = _unread[count..];
        return found;
    }

    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
        }

        return Encoding.UTF8.GetString(_unread);
    }

    /// <summary>Goes away with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> ReceiveAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var buffer = new byte[64 * 1024];
        var received = await _socket.ReceiveAsync(buffer, SocketFlags.None, limit.Token);
        _unread = [.. _unread, .. buffer.AsSpan(0, received)];
        return received > 0;
    }
}
