using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Native;

namespace PushApp.Bench.Processes;

/// <summary>
/// Steers a process under test by single bytes over a socket of its own: <c>P</c> publishes the next event (no answer: it costs the server one small read
/// per event), <c>S</c> is answered by one line of figures, <c>G</c> by the same after a full collection.
/// </summary>
internal sealed class ControlConnection : IDisposable
{
    public const byte PublishCommand = (byte)'P';
    public const byte FiguresCommand = (byte)'S';
    public const byte CollectCommand = (byte)'G';

    private readonly Socket _socket;
    private readonly int _descriptor;
    private readonly byte[] _line = new byte[4096];

    private ControlConnection(Socket socket)
    {
        _socket = socket;
        _descriptor = (int)socket.SafeHandle.DangerousGetHandle();
    }

    public static async Task<ControlConnection> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        socket.ReceiveTimeout = 60_000;
        return new ControlConnection(socket);
    }

    /// <summary>Has the next event published.</summary>
    public unsafe void Publish()
    {
        var command = PublishCommand;
        if (Libc.Write(_descriptor, &command, 1) != 1)
        {
            throw new BenchFailureException("The publishing process went away.");
        }
    }

    /// <summary>What the process says of itself.</summary>
    public ServerFigures Figures(bool collect = false)
    {
        _socket.Send([collect ? CollectCommand : FiguresCommand]);
        var length = 0;
        do
        {
            var count = _socket.Receive(_line.AsSpan(length));
            length += count > 0 ? count : throw new BenchFailureException("The process under test went away.");
        }
        while (_line[length - 1] != '\n');

        var line = Encoding.UTF8.GetString(_line.AsSpan(0, length));
        return JsonSerializer.Deserialize<ServerFigures>(line, JsonSerializerOptions.Web)
            ?? throw new BenchFailureException($"The process under test answered '{line}' where its figures were due.");
    }

    public void Dispose() => _socket.Dispose();
}
