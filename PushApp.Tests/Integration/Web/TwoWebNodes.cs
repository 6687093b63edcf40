namespace PushApp.Tests.Integration.Web;

/// <summary>Two nodes with the demo, behind a proxy that they know.</summary>
public sealed class TwoWebNodes() : SiteNodes("web")
{
    private protected override Dictionary<string, string?> Settings => new() { ["Demo"] = "true", ["Proxies__Known__0"] = "127.0.0.1" };
}
