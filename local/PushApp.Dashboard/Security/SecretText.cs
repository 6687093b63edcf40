using System.Security.Cryptography;
using System.Text;

namespace PushApp.Dashboard.Security;

/// <summary>Compares keys and tokens in a time that tells nothing of them.</summary>
internal static class SecretText
{
    public static bool AreEqual(string? given, string expected) =>
        // Hashes are of one length, whatever was given.
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given ?? "")), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));
}
