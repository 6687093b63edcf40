namespace PushApp.Broker;

/// <summary>How Garnet is run: every switch is here, with its reason.</summary>
internal static class GarnetCommandLine
{
    public static string[] Create(BrokerArguments arguments)
    {
        List<string> line =
        [
            "--port", arguments.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "--bind", "127.0.0.1",
            "-q",

            // A script without transaction mode is not atomic.
            "--lua", "--lua-transaction-mode",

            // The default device loads libaio, which a fresh Linux lacks: the server dies at its first write.
            "--device-type", "RandomAccess",

            // Every write goes to the log before a checkpoint; COMMITAOF makes what was written so far safe.
            // It is on disk within a tenth of a second without being asked, too.
            "--aof", "--recover", "--aof-commit-freq", "100",
            "--aof-page-size", "8m", "--aof-memory", "32m", "--aof-segment-size", "32m",

            // A log of writes beyond this size is cut by a checkpoint.
            "--aof-size-limit", "128m", "--aof-size-limit-enforce-frequency", "5",

            // Without a disk tier the memory is a ring that forgets its oldest records without a word.
            "--memory", arguments.Memory, "--index", arguments.Index, "--page", "4m",
            "--storage-tier", "--logdir", arguments.DataDirectory, "--checkpointdir", arguments.DataDirectory, "--segment", "16m", "--object-log-segment", "16m",

            // The tier on disk is compacted by looking up what is still alive, before each checkpoint, which then frees the old segments.
            "--compaction-type", "Lookup", "--compaction-max-segments", "4",

            // A broker that cannot read its data must not start as if it had none.
            "--fail-on-recovery-error",
            "--logger-level", arguments.Verbose ? "Information" : "Warning",
        ];

        if (arguments.Password is { } password)
        {
            line.AddRange(["--auth", "Password", "--password", password]);
        }

        return [.. line];
    }
}
