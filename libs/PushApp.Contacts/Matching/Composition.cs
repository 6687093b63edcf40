using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace PushApp.Contacts;

/// <summary>
/// Puts letters and accents that stand as characters of their own together, as Unicode's form C has them: Apple's systems write 'ü' as 'u' and two dots.
/// <see cref="string.Normalize()"/> returns such text as it is under InvariantGlobalization.
/// </summary>
/// <remarks>
/// Takes accents in the order of form D (<see href="https://www.unicode.org/reports/tr15/">UAX #15</see>), which is how decomposed text is written, and reorders none.
/// <c>compositions.txt</c> holds Unicode 14's canonical compositions of two characters, by the second: its code, then pairs of first and composed; Hangul is computed.
/// </remarks>
internal static class Composition
{
    private const char FirstLead = '\u1100';
    private const char FirstVowel = '\u1161';
    private const char LastVowel = '\u1175';
    private const char BeforeTails = '\u11A7';
    private const char LastTail = '\u11C2';
    private const char FirstSyllable = '\uAC00';
    private const int Leads = 19;
    private const int Vowels = LastVowel - FirstVowel + 1;
    private const int Tails = LastTail - BeforeTails + 1;

    private static readonly FrozenDictionary<int, char> Pairs = Load();

    private static readonly SearchValues<char> Seconds = SearchValues.Create(
        [.. Pairs.Keys.Select(key => (char)key).Distinct(), .. Enumerable.Range(FirstVowel, Vowels).Select(c => (char)c), .. Enumerable.Range(BeforeTails + 1, Tails - 1).Select(c => (char)c)]);

    /// <summary>The text with its accents composed; the same string when there is nothing to compose.</summary>
    public static string Compose(string text)
    {
        if (Ascii.IsValid(text) || text.AsSpan().IndexOfAny(Seconds) < 0)
        {
            return text;
        }

        var composed = new StringBuilder(text.Length);
        var starter = -1;
        foreach (var c in text)
        {
            if (starter >= 0 && TryCompose(composed[starter], c, out var both))
            {
                composed[starter] = both;
                continue;
            }

            composed.Append(c);
            if (CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark))
            {
                starter = composed.Length - 1;
            }
        }

        return composed.ToString();
    }

    private static bool TryCompose(char first, char second, out char both)
    {
        if (Pairs.TryGetValue((first << 16) | second, out both))
        {
            return true;
        }

        // https://www.unicode.org/versions/latest/core-spec/chapter-3/#G59688
        if (second is >= FirstVowel and <= LastVowel && first - FirstLead is >= 0 and < Leads)
        {
            both = (char)(FirstSyllable + ((((first - FirstLead) * Vowels) + second - FirstVowel) * Tails));
            return true;
        }

        if (second is > BeforeTails and <= LastTail && first - FirstSyllable is var syllable and >= 0 && syllable < Leads * Vowels * Tails && syllable % Tails == 0)
        {
            both = (char)(first + second - BeforeTails);
            return true;
        }

        return false;
    }

    private static FrozenDictionary<int, char> Load()
    {
        var pairs = new Dictionary<int, char>();
        using var stream = typeof(Composition).Assembly.GetManifestResourceStream("PushApp.Contacts.Matching.compositions.txt")
            ?? throw new InvalidOperationException("compositions.txt is not embedded.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(' ');
            var second = int.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            foreach (var pair in parts[1..])
            {
                pairs.Add((pair[0] << 16) | second, pair[1]);
            }
        }

        return pairs.ToFrozenDictionary();
    }
}
