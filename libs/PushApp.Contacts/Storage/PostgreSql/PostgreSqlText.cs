using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace PushApp.Contacts;

/// <summary>
/// PostgreSQL refuses what is no Unicode text: the character NUL, and halves of surrogate pairs. Both come in requests (a name to sign in by, a search), and SQLite takes them:
/// here they become U+FFFD, which nothing that is stored has.
/// </summary>
internal static class PostgreSqlText
{
    public static DbCommandInterceptor Interceptor { get; } = new TextInterceptor();

    /// <summary>The text as it can be stored; the same string when it is as it should be.</summary>
    public static string Clean(string text)
    {
        if (Ascii.IsValid(text) ? !text.Contains('\0') : IsWhole(text))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
            {
                return false;
            }

            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return false;
                }

                i++;
            }
        }

        return true;
    }

    private static void Clean(DbCommand command)
    {
        foreach (DbParameter parameter in command.Parameters)
        {
            if (parameter.Value is string text)
            {
                parameter.Value = Clean(text);
            }
        }
    }

    private sealed class TextInterceptor : DbCommandInterceptor
    {
        // Every command of a context is made here, before its parameters are read.
        public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
        {
            Clean(result);
            return result;
        }
    }
}
