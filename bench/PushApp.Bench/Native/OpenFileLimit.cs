using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Native;

/// <summary>Each connection is a descriptor at both ends; running out of them halfway would look like a slow server.</summary>
internal static unsafe class OpenFileLimit
{
    // Assemblies, pipes and sockets of the runtime itself.
    private const int Spare = 500;

    public static void Require(int connections)
    {
        var limit = stackalloc ulong[2];
        if (Libc.GetLimit(Libc.ResourceOpenFiles, limit) == 0 && limit[0] < (ulong)(connections + Spare))
        {
            throw new BenchFailureException(
                $"{connections} connections need {connections + Spare} open files, and this shell allows {limit[0]}. Run 'ulimit -n {connections + Spare}' first, or ask for fewer connections.");
        }
    }
}
