using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Servers;

/// <summary>The other end of <see cref="ControlConnection"/>: a thread per connection, in a process under test.</summary>
internal sealed class ControlListener : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Action _publish;
    private readonly Func<ServerFigures> _figures;

    /// <param name="publish">Publishes the next event.</param>
    /// <param name="figures">What this process knows beside its memory.</param>
    public ControlListener(Action publish, Func<ServerFigures> figures)
    {
        _publish = publish;
        _figures = figures;
        _listener.Start();
        new Thread(Accept) { IsBackground = true, Name = "Control" }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = _listener.AcceptSocket();
            }
            catch (SocketException)
            {
                // Disposed: the server ends.
                return;
            }

            socket.NoDelay = true;
            new Thread(() => Serve(socket)) { IsBackground = true, Name = "Control connection" }.Start();
        }
    }

    private void Serve(Socket socket)
    {
        using var owned = socket;
        var commands = new byte[64];
        while (socket.Receive(commands) is var count and > 0)
        {
            foreach (var command in commands.AsSpan(0, count))
            {
                if (command == ControlConnection.PublishCommand)
                {
                    _publish();
                }
                else
                {
                    socket.Send(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Figures(command == ControlConnection.CollectCommand), JsonSerializerOptions.Web) + "\n"));
                }
            }
        }
    }

    private ServerFigures Figures(bool collect)
    {
        if (collect)
        {
            // Twice: what finalizers let go is free only after the second.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        return _figures() with
        {
            AllocatedBytes = GC.GetTotalAllocatedBytes(precise: true),
            HeapBytes = GC.GetTotalMemory(forceFullCollection: false),
            Collections = GC.CollectionCount(0),
        };
    }
}
