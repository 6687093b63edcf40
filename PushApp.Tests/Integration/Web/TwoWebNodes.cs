using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>Two nodes with the demo, behind a proxy that they know.</summary>
public class TwoWebNodes : SiteNodes
{
    private protected override Dictionary<string, string?> Settings => new() { ["Demo"] = "true", ["Proxies__Known__0"] = "127.0.0.1" };
}

/// <summary>The same on PostgreSQL, where it is installed.</summary>
public sealed class TwoWebNodesOnPostgreSql : TwoWebNodes
{
    private protected override StoreKind Store => StoreKind.PostgreSql;
}
