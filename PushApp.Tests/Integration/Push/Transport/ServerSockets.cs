using System.Runtime.InteropServices;

namespace PushApp.Tests.Integration.Push.Transport;

/// <summary>The sockets that a node of this process holds, as the system sees them.</summary>
internal static partial class ServerSockets
{
    private const int LevelTcp = 6;
    private const int TcpUserTimeout = 18;

    /// <summary>Open descriptors of this process whose socket's own end is at a port: the connections of a node, without the listener.</summary>
    public static IReadOnlyList<int> Of(int port)
    {
        var inodes = File.ReadLines("/proc/self/net/tcp").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal) && fields[3] != "0A" && fields[9] != "0")
            .Select(fields => $"socket:[{fields[9]}]")
            .ToHashSet(StringComparer.Ordinal);
        return [.. Descriptors().Where(descriptor => inodes.Contains(descriptor.Target)).Select(descriptor => descriptor.Number)];
    }

    /// <summary>What the system was told to wait for an acknowledgement, in milliseconds.</summary>
    public static int UserTimeout(int descriptor)
    {
        var length = sizeof(int);
        Assert.Equal(0, GetOption(descriptor, LevelTcp, TcpUserTimeout, out var value, ref length));
        return value;
    }

    private static IEnumerable<(int Number, string Target)> Descriptors()
    {
        foreach (var path in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            string? target;
            try
            {
                target = File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name;
            }
            catch (IOException)
            {
                // Closed since it was listed.
                continue;
            }

            if (target is not null)
            {
                yield return (int.Parse(Path.GetFileName(path), null), target);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetOption(int descriptor, int level, int option, out int value, ref int length);
}
