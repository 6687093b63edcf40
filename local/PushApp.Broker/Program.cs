using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Garnet.common;
using PushApp.Broker;

if (args is ["--help" or "-h" or "-?"])
{
    Console.WriteLine(BrokerArguments.Help);
    return 0;
}

try
{
    var arguments = BrokerArguments.Parse(args, Environment.GetEnvironmentVariable);
    EnsurePortIsFree(arguments.Port);
    using var folder = DataFolder.Open(arguments.DataDirectory);

    using var ended = new ManualResetEventSlim();
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);

    using var server = new BrokerServer(GarnetCommandLine.Create(arguments));
    server.Start();
    Console.WriteLine($"Garnet listens on 127.0.0.1:{arguments.Port}, data in {arguments.DataDirectory}");
    ended.Wait();

    // What was acknowledged is on disk already where the publisher asked for that; this saves the rest too.
    await server.CloseAsync();
    return 0;

    void End(PosixSignalContext context)
    {
        context.Cancel = true;
        ended.Set();
    }
}
catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException or SocketException or GarnetException)
{
    await Console.Error.WriteLineAsync($"The broker cannot start: {exception.Message}");
    return 1;
}

static void EnsurePortIsFree(int port)
{
    // Garnet binds with reuse, and would share the port with another process that does.
    using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    try
    {
        probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
    }
    catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
    {
        throw new IOException($"port {port} is in use. Choose another with --port, or end the process that holds it.");
    }
}
