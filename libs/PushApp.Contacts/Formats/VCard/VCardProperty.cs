using System.Text;

namespace PushApp.Contacts;

/// <summary>One content line: <c>group.NAME;PARAM=value:text</c> (<see href="https://www.rfc-editor.org/rfc/rfc6350#section-3.3">RFC 6350 §3.3</see>).</summary>
internal sealed class VCardProperty
{
    private readonly List<(string Name, string Value)> _parameters = [];

    private VCardProperty(string? group, string name, string value)
    {
        Group = group;
        Name = name;
        Value = value;
    }

    /// <summary>What ties it to other lines, as <c>item1</c> ties an address to its label; null for none.</summary>
    public string? Group { get; }

    /// <summary>The name in upper case.</summary>
    public string Name { get; }

    /// <summary>The text as it stands, escapes and all.</summary>
    public string Value { get; }

    /// <summary>Types in lower case: of <c>TYPE=HOME,PREF</c>, <c>TYPE="home,voice"</c>, and bare ones as in <c>TEL;HOME</c>.</summary>
    public IEnumerable<string> Types => _parameters
        .Where(parameter => parameter.Name == "TYPE")
        .SelectMany(parameter => parameter.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Select(type => type.ToLowerInvariant());

    /// <summary>Whether a parameter has a value, both without case.</summary>
    public bool Has(string name, string value) =>
        _parameters.Exists(parameter => parameter.Name == name && parameter.Value.Equals(value, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a line; null when it is none.</summary>
    public static VCardProperty? Parse(string line)
    {
        var nameEnd = line.AsSpan().IndexOfAny(';', ':');
        if (nameEnd < 1)
        {
            return null;
        }

        var name = line.AsSpan(0, nameEnd);
        string? group = null;
        if (name.IndexOf('.') is var dot and > 0)
        {
            group = name[..dot].ToString().ToLowerInvariant();
            name = name[(dot + 1)..];
        }

        var at = nameEnd;
        var parameters = new List<(string, string)>();
        while (line[at] == ';')
        {
            var end = FindParameterEnd(line, at + 1);
            if (end < 0)
            {
                return null;
            }

            var parameter = line.AsSpan(at + 1, end - at - 1);
            var equals = parameter.IndexOf('=');
            parameters.Add(equals < 0
                ? ("TYPE", parameter.ToString())
                : (parameter[..equals].ToString().ToUpperInvariant(), parameter[(equals + 1)..].ToString().Replace("\"", "", StringComparison.Ordinal)));
            at = end;
        }

        var property = new VCardProperty(group, name.ToString().ToUpperInvariant(), line[(at + 1)..]);
        property._parameters.AddRange(parameters);
        return property;
    }

    /// <summary>The text without escapes (<see href="https://www.rfc-editor.org/rfc/rfc6350#section-3.4">RFC 6350 §3.4</see>).</summary>
    public string GetText() => Unescape(Value);

    /// <summary>The components of a structured value such as N, ADR and ORG, without escapes.</summary>
    public string[] GetComponents()
    {
        var components = new List<string>();
        var start = 0;
        for (var i = 0; i <= Value.Length; i++)
        {
            if (i < Value.Length && Value[i] == '\\')
            {
                i++;
            }
            else if (i == Value.Length || Value[i] == ';')
            {
                components.Add(Unescape(Value[start..i]).Trim());
                start = i + 1;
            }
        }

        // A backslash at the very end steps over it.
        if (start <= Value.Length && (components.Count == 0 || Value.EndsWith('\\')))
        {
            components.Add(Unescape(Value[start..]).Trim());
        }

        return [.. components];
    }

    // A colon or semicolon inside quotes ends nothing.
    private static int FindParameterEnd(string line, int start)
    {
        var quoted = false;
        for (var i = start; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && (line[i] is ';' or ':'))
            {
                return i;
            }
        }

        return -1;
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\'))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
                result.Append(text[i] is 'n' or 'N' ? '\n' : text[i]);
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
