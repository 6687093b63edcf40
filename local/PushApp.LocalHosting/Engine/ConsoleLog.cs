namespace PushApp.LocalHosting.Engine;

/// <summary>What the person at the terminal sees: each process's lines behind its name.</summary>
internal sealed class ConsoleLog(bool quiet)
{
    private static readonly ConsoleColor[] Colors = [ConsoleColor.Cyan, ConsoleColor.Green, ConsoleColor.Magenta, ConsoleColor.Yellow, ConsoleColor.Blue, ConsoleColor.DarkCyan];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ConsoleColor> _colors = [];
    private readonly bool _colored = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;
    private int _width;

    /// <summary>A line that a process wrote.</summary>
    public void Line(string name, string line)
    {
        if (quiet)
        {
            return;
        }

        lock (_lock)
        {
            _width = Math.Max(_width, name.Length);
            if (!_colors.TryGetValue(name, out var color))
            {
                _colors[name] = color = Colors[_colors.Count % Colors.Length];
            }

            if (_colored)
            {
                Console.ForegroundColor = color;
            }

            Console.Write($"{name.PadRight(_width)} | ");
            if (_colored)
            {
                Console.ResetColor();
            }

            Console.WriteLine(line);
        }
    }

    /// <summary>Something that the engine itself has to say.</summary>
    public void Text(string text)
    {
        if (!quiet)
        {
            lock (_lock)
            {
                Console.WriteLine(text);
            }
        }
    }

    /// <summary>Something that went wrong.</summary>
    public void Error(string text)
    {
        if (!quiet)
        {
            lock (_lock)
            {
                Console.Error.WriteLine($"error: {text}");
            }
        }
    }
}
