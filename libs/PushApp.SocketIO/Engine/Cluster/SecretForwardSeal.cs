using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PushApp.SocketIO.Engine.Cluster;

/// <summary>HMAC-SHA256 (https://www.rfc-editor.org/rfc/rfc2104) by a key made of the configured secret.</summary>
internal sealed class SecretForwardSeal(string secret) : IForwardSeal
{
    private readonly byte[] _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: "PushApp.SocketIO forwarded request"u8.ToArray());

    public string Seal(byte[] bytes) => $"{Base64Url.EncodeToString(bytes)}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key, bytes))}";

    public byte[]? Open(string text)
    {
        if (text.Split('.') is not [var data, var proof] || !Base64Url.IsValid(data) || !Base64Url.IsValid(proof))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(data);
        return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, bytes), Base64Url.DecodeFromChars(proof)) ? bytes : null;
    }
}
