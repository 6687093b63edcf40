using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace PushApp.SocketIO.Engine.Cluster;

/// <summary>By the keys that the nodes share for their cookies.</summary>
internal sealed class DataProtectionForwardSeal(IDataProtectionProvider protection) : IForwardSeal
{
    private readonly IDataProtector _protector = protection.CreateProtector("PushApp.SocketIO forwarded request");

    public string Seal(byte[] bytes) => Base64Url.EncodeToString(_protector.Protect(bytes));

    public byte[]? Open(string text)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        try
        {
            return _protector.Unprotect(Base64Url.DecodeFromChars(text));
        }
        catch (CryptographicException)
        {
            // Not made with these keys.
            return null;
        }
    }
}
