using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace PushApp.Push;

/// <summary>
/// Makes and checks API keys. A key is <c>pak_{id}_{secret}</c>: a public id, by which it is found and named in logs, and 256 random bits.
/// </summary>
/// <remarks>
/// A plain SHA-256 is the right hash here: slow password hashes protect secrets that can be guessed, and nobody guesses 256 random bits.
/// </remarks>
public static class ApiKey
{
    /// <summary>What every key begins with; a bearer token that does not is left to the application's own authentication.</summary>
    public const string Prefix = "pak_";

    /// <summary>The longest id, in characters.</summary>
    public const int MaxIdLength = 64;

    private const int SecretBytes = 32;
    private const int SecretLength = SecretBytes * 2;

    /// <summary>The longest key: <c>pak_</c>, an id, <c>_</c>, the secret in hexadecimal.</summary>
    internal const int MaxLength = 4 + MaxIdLength + 1 + SecretLength;

    /// <summary>Makes a new key. Hand <see cref="NewApiKey.Key"/> to the publisher, once; keep only <see cref="NewApiKey.Hash"/>.</summary>
    /// <param name="id">1 to 64 letters, digits, <c>-</c> and <c>.</c>; null for a random one.</param>
    /// <exception cref="ArgumentException">The id is not of that form.</exception>
    public static NewApiKey Create(string? id = null)
    {
        id ??= RandomNumberGenerator.GetHexString(12, lowercase: true);
        if (!IsId(id))
        {
            throw new ArgumentException($"'{id}' is no id of an API key: 1 to {MaxIdLength} letters, digits, '-' and '.', such as 'crm'.", nameof(id));
        }

        var key = $"{Prefix}{id}_{RandomNumberGenerator.GetHexString(SecretLength, lowercase: true)}";
        return new NewApiKey(id, key, Hash(key));
    }

    /// <summary>SHA-256 of a key's text, in 64 lower-case hexadecimal digits: what <c>printf %s "$key" | sha256sum</c> prints.</summary>
    public static string Hash(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }

    /// <summary>Whether a key is the one that a hash was made of. Takes as long for a wrong one as for the right one.</summary>
    /// <param name="key">What was shown; any text.</param>
    /// <param name="hash">As <see cref="Hash"/> gives it. One that is no hash is no key's.</param>
    public static bool Verify(string key, string hash)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(hash);
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), actual);
        return IsHash(hash)
            && Convert.FromHexString(hash, expected, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(actual, expected);
    }

    /// <summary>Finds the id in what may be a key. What it returns true for is well formed, and proves nothing yet.</summary>
    internal static bool TryGetId(string text, [NotNullWhen(true)] out string? id)
    {
        id = null;
        if (text.Length > MaxLength || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var end = text.IndexOf('_', Prefix.Length);
        if (end < 0 || text.Length - end - 1 != SecretLength)
        {
            return false;
        }

        id = text[Prefix.Length..end];
        return IsId(id);
    }

    internal static bool IsId(string text) =>
        text.Length is >= 1 and <= MaxIdLength && !text.AsSpan().ContainsAnyExcept(IdCharacters);

    /// <summary>Whether a text can be what <see cref="Hash"/> gives: 64 hexadecimal digits.</summary>
    public static bool IsHash([NotNullWhen(true)] string? text) =>
        text is not null &&
        text.Length == SHA256.HashSizeInBytes * 2 && !text.AsSpan().ContainsAnyExcept(HexDigits);

    private static readonly System.Buffers.SearchValues<char> IdCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.");

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");
}

/// <summary>A key that was just made.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="Key">The key, for its publisher alone.</param>
/// <param name="Hash">What to store: <c>Push:ApiKeys:{id}:Hash</c>.</param>
public sealed record NewApiKey(string Id, string Key, string Hash);
