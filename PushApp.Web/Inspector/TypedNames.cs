using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using PushApp.Push;

namespace PushApp.Web.Inspector;

/// <summary>Names of channels and events as a person types them, in a form or an address.</summary>
internal static partial class TypedNames
{
    /// <summary>
    /// Reads a channel's name that is written as it stands in lists and URLs. <see cref="ChannelName"/> would encode any other character; here it is refused, with how it is to be written: what is shown
    /// afterwards would else be another text than what was typed, and mostly it is a slip.
    /// </summary>
    public static bool TryParseChannel(string? text, out ChannelName channel, [NotNullWhen(false)] out string? error)
    {
        text = text?.Trim();
        if (!ChannelName.TryParse(text, out channel, out error))
        {
            return false;
        }

        if (NotInChannel().Match(text) is { Success: true } found)
        {
            error = $"'{text}' is not written as channels' names are: it holds {Name(Rune.GetRuneAt(text, found.Index))}. Letters A to Z and a to z, digits and . _ - ~ @ + ! stand for themselves, and ':' joins the parts; "
                + $"anything else is percent-encoded, as in '{channel}'.";
            return false;
        }

        return true;
    }

    /// <summary>Reads an event's id.</summary>
    public static bool TryParseEventId(string? text, [NotNullWhen(true)] out string? id, [NotNullWhen(false)] out string? error)
    {
        id = text?.Trim().ToLowerInvariant();
        error = string.IsNullOrEmpty(id) ? "Say which event: ?id=, with the id that the list of events shows, or the position that publishing answered, as in 42-9f3c01ab."
            : !EventId().IsMatch(id) ? $"'{text!.Trim()}' is no event's id. One looks like 42-9f3c01ab: a number, a dash and eight hexadecimal digits, with an 'e' before it where the event has no log. "
                + "Publishing answers it, and the list of events shows it."
            : null;
        return error is null;
    }

    private static string Name(Rune character) =>
        Rune.IsWhiteSpace(character) || Rune.IsControl(character) ? character.Value == ' ' ? "a space" : $"the character U+{character.Value:X4}" : $"'{character}'";

    // What ChannelName leaves as it is, its separator, and its escapes.
    [GeneratedRegex("[^A-Za-z0-9._~@+!:%-]|%(?![0-9A-Fa-f]{2})")]
    private static partial Regex NotInChannel();

    [GeneratedRegex("^e?[0-9]{1,19}-[0-9a-f]{8}$")]
    private static partial Regex EventId();
}
