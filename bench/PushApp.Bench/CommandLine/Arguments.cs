using System.Globalization;

namespace PushApp.Bench.CommandLine;

/// <summary>The switches given to one command, read with their bounds; whatever is wrong becomes a <see cref="UsageException"/> that says what to write.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private Arguments(IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach (var (name, value) in values)
        {
            _values[name] = value;
        }
    }

    /// <summary>Reads <c>--name value</c>, <c>--name=value</c> and <c>--flag</c>.</summary>
    public static Arguments Parse(BenchCommand command, ReadOnlySpan<string> text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < text.Length; i++)
        {
            var equals = text[i].IndexOf('=');
            var name = equals < 0 ? text[i] : text[i][..equals];
            var found = command.Switches.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw new UsageException(
                    $"'{command.Name}' has no switch '{name}'. It has: {string.Join(", ", command.Switches.Select(known => known.Name))}. See '{command.Name} --help'.");
            if (values.ContainsKey(name))
            {
                throw new UsageException($"{name} is given twice; give it once.");
            }

            if (found.Value is null)
            {
                values[name] = equals < 0 ? "true" : throw new UsageException($"{name} takes no value; write it alone.");
            }
            else if (equals >= 0)
            {
                values[name] = text[i][(equals + 1)..];
            }
            else
            {
                values[name] = ++i < text.Length && !text[i].StartsWith("--", StringComparison.Ordinal)
                    ? text[i]
                    : throw new UsageException($"{name} needs a value: {name} <{found.Value}>. {found.Description}");
            }
        }

        return new Arguments(values);
    }

    /// <summary>The same switches with some that were not given filled in.</summary>
    public Arguments WithDefaults(params ReadOnlySpan<(string Name, string Value)> defaults)
    {
        var copy = new Arguments(_values);
        foreach (var (name, value) in defaults)
        {
            copy._values.TryAdd(name, value);
        }

        return copy;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public string Required(string name) =>
        Text(name) ?? throw new UsageException($"{name} is missing.");

    public int Number(string name, int fallback, int min, int max) =>
        Text(name) is { } text ? ParseNumber(name, text, min, max) : fallback;

    public IReadOnlyList<int> Numbers(string name, IReadOnlyList<int> fallback, int min, int max) =>
        Text(name) is { } text ? [.. text.Split(',').Select(part => ParseNumber(name, part, min, max))] : fallback;

    /// <summary>Values out of a fixed set, separated by commas.</summary>
    public IReadOnlyList<string> Names(string name, IReadOnlyList<string> fallback, IReadOnlyList<string> known)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        var names = text.Split(',');
        return names.FirstOrDefault(part => !known.Contains(part)) is { } unknown
            ? throw new UsageException($"{name} knows no '{unknown}'. Choose of: {string.Join(", ", known)}.")
            : names;
    }

    private static int ParseNumber(string name, string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{name} is a whole number from {min} to {max}; '{text}' is none."));
}
