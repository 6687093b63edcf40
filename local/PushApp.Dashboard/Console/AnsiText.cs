using System.Globalization;

namespace PushApp.Dashboard.Console;

/// <summary>A stretch of a line in one look.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Class">CSS classes for its look: <c>ansi-31 ansi-bold</c>; empty for none.</param>
internal readonly record struct AnsiPart(string Text, string Class);

/// <summary>Terminal output as text with looks. Colours become classes; any other escape sequence is left out.</summary>
internal static class AnsiText
{
    private const char Escape = '\u001b';

    public static IReadOnlyList<AnsiPart> Parse(string line)
    {
        if (!line.Contains(Escape, StringComparison.Ordinal))
        {
            return [new AnsiPart(line, "")];
        }

        List<AnsiPart> parts = [];
        var look = default(Look);
        var start = 0;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != Escape)
            {
                continue;
            }

            Add(start, i);
            i = SequenceEnd(line, i, out var codes);
            if (codes is not null)
            {
                look = look.After(codes);
            }

            start = i + 1;
        }

        Add(start, line.Length);
        return parts;

        void Add(int from, int to)
        {
            if (to > from)
            {
                parts.Add(new AnsiPart(line[from..to], look.ToString()));
            }
        }
    }

    public static string Strip(string line) => string.Concat(Parse(line).Select(p => p.Text));

    /// <summary>Where the sequence that begins at <paramref name="at"/> ends; its numbers where it sets a look (<c>ESC [ … m</c>).</summary>
    private static int SequenceEnd(string line, int at, out string? codes)
    {
        codes = null;
        if (at + 1 >= line.Length)
        {
            return at;
        }

        if (line[at + 1] == ']')
        {
            // A title or a link: up to BEL, or ESC \.
            var end = line.IndexOfAny(['\u0007', Escape], at + 2);
            return end < 0 ? line.Length - 1 : line[end] == Escape ? Math.Min(end + 1, line.Length - 1) : end;
        }

        if (line[at + 1] != '[')
        {
            return at + 1;
        }

        // Parameters, then one letter: ECMA-48, 5.4.
        for (var i = at + 2; i < line.Length; i++)
        {
            if (line[i] is >= '@' and <= '~')
            {
                codes = line[i] == 'm' ? line[(at + 2)..i] : null;
                return i;
            }
        }

        return line.Length - 1;
    }

    private readonly record struct Look(int Foreground, int Background, bool Bold, bool Dim, bool Italic, bool Underlined)
    {
        public Look After(string codes)
        {
            var look = this;
            var numbers = codes.Split(';').Select(c => int.TryParse(c, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
            for (var i = 0; i < numbers.Length; i++)
            {
                var code = numbers[i];
                look = code switch
                {
                    0 => default,
                    1 => look with { Bold = true },
                    2 => look with { Dim = true },
                    3 => look with { Italic = true },
                    4 => look with { Underlined = true },
                    22 => look with { Bold = false, Dim = false },
                    23 => look with { Italic = false },
                    24 => look with { Underlined = false },
                    >= 30 and <= 37 or >= 90 and <= 97 => look with { Foreground = code },
                    39 => look with { Foreground = 0 },
                    >= 40 and <= 47 or >= 100 and <= 107 => look with { Background = code },
                    49 => look with { Background = 0 },
                    _ => look,
                };

                // 38;5;n and 38;2;r;g;b: of the palette's 256 the first 16 are kept.
                if (code is 38 or 48 && i + 1 < numbers.Length)
                {
                    if (numbers[i + 1] == 5 && i + 2 < numbers.Length && numbers[i + 2] < 16)
                    {
                        var color = numbers[i + 2] < 8 ? 30 + numbers[i + 2] : 82 + numbers[i + 2];
                        look = code == 38 ? look with { Foreground = color } : look with { Background = color + 10 };
                    }

                    i += numbers[i + 1] == 5 ? 2 : 4;
                }
            }

            return look;
        }

        public override string ToString()
        {
            List<string> classes = [];
            Add(Foreground > 0, string.Create(CultureInfo.InvariantCulture, $"ansi-{Foreground}"));
            Add(Background > 0, string.Create(CultureInfo.InvariantCulture, $"ansi-{Background}"));
            Add(Bold, "ansi-bold");
            Add(Dim, "ansi-dim");
            Add(Italic, "ansi-italic");
            Add(Underlined, "ansi-underlined");
            return string.Join(' ', classes);

            void Add(bool applies, string name)
            {
                if (applies)
                {
                    classes.Add(name);
                }
            }
        }
    }
}
