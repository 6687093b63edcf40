using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Contacts;

/// <summary>Two users' books on each store, for tests that only ask; made when first asked for.</summary>
public sealed class SearchedBooks : IAsyncDisposable
{
    internal const string Book =
        """
        Name,Email,Phone,Company,Title
        Jürgen Groß,juergen@example.com,+49 (0)30 1234567,Groß & Söhne,Chef
        Ann Lee,ann.lee@acme.example,555 0100,"Acme, Inc.",
        Bo 100%_sure,bo@example.com,,AND OR NOT,NEAR(
        "O""Neil * Star",star@example.com,,x:y,-minus
        Li 李小龙,li@example.com,,,
        """;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<StoreKind, ContactsHost> _hosts = [];

    internal async Task<ContactsHost> GetAsync(StoreKind store)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_hosts.TryGetValue(store, out var host))
            {
                _hosts[store] = host = await ContactsHost.StartAsync(store);
                await host.ImportAsync(ContactsHost.Ann, Book);
                await host.ImportAsync(ContactsHost.Bo, "Name,Email\nAnn of Bo,ann@bo.example\n");
            }

            return host;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.Values)
        {
            await host.DisposeAsync();
        }

        _gate.Dispose();
    }
}
