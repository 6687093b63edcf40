using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Contacts;

/// <summary>Tests of contacts that run over each store, by a class of its own for each.</summary>
public abstract class StoreTests(StoreKind store)
{
    /// <summary>The store of this run.</summary>
    protected StoreKind Store => store;

    private protected Task<ContactsHost> StartAsync(bool withWorker = true, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null) =>
        ContactsHost.StartAsync(store, withWorker, settings, time);
}
