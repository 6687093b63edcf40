using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace PushApp.Push.Api;

/// <summary>
/// The header <c>Idempotency-Key</c>: a bare text, or the quoted string that
/// <see href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">the draft</see> asks for; both name the same key.
/// </summary>
internal static class IdempotencyKeyHeader
{
    public const string Name = "Idempotency-Key";

    private const int MaxLength = 200;

    /// <summary>The key, or null when none is given; false when what is given is no key.</summary>
    public static bool TryRead(HttpRequest request, out string? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        error = null;
        if (!request.Headers.TryGetValue(Name, out var values))
        {
            return true;
        }

        var text = values.Count == 1 ? values.ToString().Trim() : "";
        if (text is ['"', .., '"'])
        {
            text = text[1..^1];
        }

        if (text.Length is < 1 or > MaxLength)
        {
            error = $"The header {Name} holds one key of 1 to {MaxLength} characters, such as a new GUID for each event. Send one, or leave the header out.";
            return false;
        }

        key = text;
        return true;
    }
}
