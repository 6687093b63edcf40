using System.Text;

namespace PushApp.Push;

/// <summary>
/// User names without case. Two names are one exactly where ASP.NET Core Identity's <c>UpperInvariantLookupNormalizer</c> holds them for one: what it keeps apart are two accounts, which must not share a channel. Lower case alone
/// makes one of "straße" and "straẞe", and two of a name that ends in "ς" or in "σ".
/// </summary>
internal static class UserNameCase
{
    /// <summary>The name in lower case, but for letters whose lower case is another letter's, too.</summary>
    public static string Fold(string name)
    {
        if (Ascii.IsValid(name))
        {
            return name.ToLowerInvariant();
        }

        string upper;
        try
        {
            upper = name.Normalize().ToUpperInvariant();
        }
        catch (ArgumentException)
        {
            // No valid Unicode: whoever encodes it finds that.
            return name;
        }

        var folded = new StringBuilder(upper.Length);
        foreach (var letter in upper.EnumerateRunes())
        {
            var lower = Rune.ToLowerInvariant(letter);
            folded.Append(Rune.ToUpperInvariant(lower) == letter ? lower : letter);
        }

        return folded.ToString();
    }
}
