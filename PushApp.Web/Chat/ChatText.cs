using System.Text;
using PushApp.SocketIO;

namespace PushApp.Web.Chat;

/// <summary>What a message's text may be.</summary>
internal static class ChatText
{
    /// <summary>The text as it is kept: trimmed, its lines ended by LF, without control characters.</summary>
    /// <exception cref="SocketException">Nothing is left of it, or it is too long.</exception>
    public static string Clean(string? text, int maxLength)
    {
        // Before anything is done with it; line ends and blanks around it may go yet, so not to the letter.
        if (text?.Length > maxLength * 2)
        {
            throw TooLong(text.Length, maxLength);
        }

        var clean = new StringBuilder(text?.Length ?? 0);
        foreach (var character in (text ?? "").ReplaceLineEndings("\n"))
        {
            if (!char.IsControl(character) || character is '\n' or '\t')
            {
                clean.Append(character);
            }
        }

        var result = clean.ToString().Trim();
        if (result.Length == 0)
        {
            throw new SocketException("A message needs some text.", ChatErrors.InvalidArguments);
        }

        return result.Length <= maxLength ? result : throw TooLong(result.Length, maxLength);
    }

    private static SocketException TooLong(int length, int maxLength) =>
        new($"A message has at most {maxLength} characters; this one has {length}. Send it in parts.", ChatErrors.InvalidArguments);
}
