using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace PushApp.Tests.Integration.Push.Transport;

/// <summary>
/// A loopback that nobody else is on, and that can be cut: sockets that are made here can reach each other until then, and nothing else. What is sent after that is lost, as with a client that vanished.
/// </summary>
internal sealed partial class NetworkOfItsOwn : IDisposable
{
    // sched.h, sockios.h and net/if.h.
    private const int NewNetwork = 0x40000000;
    private const nuint SetFlags = 0x8914;
    private const short Up = 1;

    private readonly System.Collections.Concurrent.BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    private NetworkOfItsOwn(TaskCompletionSource<string?> started)
    {
        // A network belongs to the thread that asked for it, and to the sockets that were made there.
        _thread = new Thread(() =>
        {
            if (Unshare(NewNetwork) != 0)
            {
                started.SetResult(Marshal.GetLastPInvokeErrorMessage());
                return;
            }

            SetLoopback(Up);
            started.SetResult(null);
            foreach (var action in _work.GetConsumingEnumerable())
            {
                action();
            }
        })
        {
            IsBackground = true,
        };
        _thread.Start();
    }

    /// <summary>One, or the end of the test where this process may not have any.</summary>
    public static async Task<NetworkOfItsOwn> CreateAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Network namespaces are Linux's.");
        var started = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var network = new NetworkOfItsOwn(started);
        var error = await started.Task;
        Assert.SkipWhen(error is not null, $"This process may not make a network of its own: {error}.");
        return network;
    }

    public Socket Listen(EndPoint endPoint) => Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endPoint);
        return socket;
    });

    public Socket Connect(int port) => Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    });

    /// <summary>Nothing arrives any more.</summary>
    public void Cut() => Run(() =>
    {
        SetLoopback(0);
        return true;
    });

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private T Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>();
        _work.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return done.Task.GetAwaiter().GetResult();
    }

    private static void SetLoopback(short flags)
    {
        // struct ifreq: a name of 16 bytes, then a union.
        Span<byte> request = stackalloc byte[40];
        Encoding.ASCII.GetBytes("lo", request);
        MemoryMarshal.Write(request[16..], in flags);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        if (Control((int)socket.Handle, SetFlags, request) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int descriptor, nuint request, Span<byte> argument);
}
