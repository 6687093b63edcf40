namespace PushApp.Broker;

/// <summary>What the command line and the environment ask for.</summary>
internal sealed record BrokerArguments
{
    /// <summary>The environment variable that holds the password: a command line can be read by every user of a machine, an environment cannot.</summary>
    public const string PasswordVariable = "PUSHAPP_BROKER_PASSWORD";

    private const string DefaultMemory = "256m";
    private const string DefaultIndex = "16m";

    public const string Help = $$"""
        Runs Garnet, a Redis-compatible server, as PushApp's broker: on loopback, with its data on disk.

        Usage: dotnet run --project local/PushApp.Broker -- --port <1-65535> --data-dir <folder> [options]

          --port <n>         the port to listen on, on 127.0.0.1 (or the environment variable BROKER_PORT)
          --data-dir <path>  where the data is kept; made if missing. One broker per folder
          --memory <size>    memory for records: 16m, 64m, 1g; what does not fit goes to disk. Default {{DefaultMemory}}
          --index <size>     memory for the index of keys. Default {{DefaultIndex}}
          --verbose          log what Garnet does, not only its warnings
          --help             this text

        The password is read from the environment variable {{PasswordVariable}}; without one, anybody on this machine can connect.
        """;

    public required int Port { get; init; }

    public required string DataDirectory { get; init; }

    /// <summary>
    /// Twice the live logs at least, and then some: each checkpoint leaves a second copy of every log that goes on being written. With less, each publish reads
    /// and writes a whole log on disk, and the broker all but stops (docs/broker-endurance.md).
    /// </summary>
    public string Memory { get; init; } = DefaultMemory;

    /// <summary>One entry for each key; what does not fit is taken from the memory.</summary>
    public string Index { get; init; } = DefaultIndex;

    public string? Password { get; init; }

    public bool Verbose { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">Something is missing or makes no sense; the message says what to write instead.</exception>
    public static BrokerArguments Parse(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var verbose = false;
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--verbose":
                    verbose = true;
                    break;
                case "--port" or "--data-dir" or "--memory" or "--index" when i + 1 < args.Count:
                    values[args[i]] = args[++i];
                    break;
                case "--port" or "--data-dir" or "--memory" or "--index":
                    throw new FormatException($"{args[i]} needs a value. --help shows an example.");
                default:
                    throw new FormatException($"Unknown option '{args[i]}'. --help lists those there are.");
            }
        }

        var port = values.GetValueOrDefault("--port") ?? environment("BROKER_PORT")
            ?? throw new FormatException("No port: add --port 6400, or set BROKER_PORT.");
        if (!ushort.TryParse(port, out var number) || number == 0)
        {
            throw new FormatException($"'{port}' is no port: give a number from 1 to 65535.");
        }

        return new BrokerArguments
        {
            Port = number,
            DataDirectory = Path.GetFullPath(values.GetValueOrDefault("--data-dir")
                ?? throw new FormatException("No folder for the data: add --data-dir <folder>.")),
            Memory = Size("--memory", values.GetValueOrDefault("--memory") ?? DefaultMemory),
            Index = Size("--index", values.GetValueOrDefault("--index") ?? DefaultIndex),
            Password = environment(PasswordVariable) is { Length: > 0 } password ? password : null,
            Verbose = verbose,
        };
    }

    private static string Size(string option, string value) =>
        value.Length > 1 && value[^1] is 'k' or 'm' or 'g' && int.TryParse(value[..^1], out var number) && number > 0
            ? value
            : throw new FormatException($"{option} '{value}' is no size: write a whole number and k, m or g, as in 64m.");
}
