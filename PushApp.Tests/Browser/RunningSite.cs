using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.Web;

namespace PushApp.Tests.Browser;

/// <summary>A whole site of the test class's own: broker, web node, worker, and a browser to look at it.</summary>
public sealed class RunningSite : IAsyncLifetime
{
    private readonly TempFolder _folder = new("site");
    private readonly ChromiumBrowser _browser = new();
    private ChildProcess? _worker;

    public BrokerProcess Broker { get; private set; } = null!;

    internal WebNode Web { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);
        var database = $"Data Source={_folder.Combine("contacts.db")}";
        Web = await WebNode.StartAsync(Broker.ConnectionString, database, new Dictionary<string, string?> { ["Demo"] = "true" });
        _worker = ChildProcess.StartProject("PushApp.ImportWorker", [], new Dictionary<string, string?>
        {
            ["ConnectionStrings__redis"] = Broker.ConnectionString,
            ["ConnectionStrings__contacts"] = database,
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}",
        });
    }

    /// <summary>A person in front of the site: a browser context of their own, signed up.</summary>
    internal Task<Person> SignUpAsync() => _browser.SignUpAsync(Web.Address);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        if (Web is not null)
        {
            await Web.DisposeAsync();
        }

        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }

        _folder.Dispose();
    }
}
