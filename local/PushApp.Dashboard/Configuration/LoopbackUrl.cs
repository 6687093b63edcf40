using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace PushApp.Dashboard.Configuration;

/// <summary>The dashboard listens on loopback only: whoever reaches it could stop services and read their secrets.</summary>
internal static class LoopbackUrl
{
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme == Uri.UriSchemeHttp && url.Port > 0
        && (url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}
