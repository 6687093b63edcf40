namespace PushApp.Tests.Integration.Web;

/// <summary>Two nodes in Production, whose one administrator is named by the configuration.</summary>
public sealed class InspectorNodes : SiteNodes
{
    public const string Administrator = "admin@example.com";

    private protected override Dictionary<string, string?> Settings => new()
    {
        ["Inspector__Administrators__0"] = Administrator,
        // A node that takes its time is waited for: without its answer, what a test asks for is not whole.
        ["Push__Inspection__AnswerTimeout"] = "00:00:30",
        ["Inspector__TraceUrl"] = "http://localhost:15080/traces/detail/{traceId}",
    };

    internal HttpClient Client { get; private set; } = null!;

    /// <summary>The administrator, on the first node.</summary>
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Client = await First.SignUpAsAsync(Administrator);
    }

    public override async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await base.DisposeAsync();
    }
}
