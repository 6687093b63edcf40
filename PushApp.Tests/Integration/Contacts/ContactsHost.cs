using System.Collections.Concurrent;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PushApp.Contacts;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Contacts;

/// <summary>Contacts over a database of its own, without a broker: what would be published is recorded.</summary>
internal sealed class ContactsHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestDatabase _database;
    private readonly bool _ownsDatabase;
    private readonly IHost _host;

    private ContactsHost(TestDatabase database, bool ownsDatabase, bool withWorker, IReadOnlyDictionary<string, string?>? settings, RecordingPublisher publisher, TimeProvider? time)
    {
        _database = database;
        _ownsDatabase = ownsDatabase;
        Publisher = publisher;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
        {
            builder.Configuration[key] = value;
        }

        builder.Configuration["ConnectionStrings:contacts"] = ConnectionString;
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<IContactsPublisher>(publisher);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.AddContacts();
        if (withWorker)
        {
            builder.AddImportWorker();
        }

        _host = builder.Build();
    }

    public static ContactsUser Ann { get; } = new("id-ann", "ann", "user:ann");

    public static ContactsUser Bo { get; } = new("id-bo", "bo", "user:bo");

    public RecordingPublisher Publisher { get; }

    // In this process a SQLite connection in a pool would keep the file open.
    public string ConnectionString => _database.Kind == StoreKind.Sqlite ? $"{_database.ConnectionString};Pooling=False" : _database.ConnectionString;

    public ContactsDatabase Database => Get<ContactsDatabase>();

    public IServiceProvider Services => _host.Services;

    public static async Task<ContactsHost> StartAsync(
        StoreKind store, bool withWorker = true, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null) =>
        await StartAsync(await TestDatabase.CreateAsync(store, withContacts: true), true, withWorker, settings, new RecordingPublisher(), time);

    /// <summary>A second process, as it were, over the same database and broker.</summary>
    public Task<ContactsHost> StartAnotherAsync(bool withWorker = true, IReadOnlyDictionary<string, string?>? settings = null) =>
        StartAsync(_database, false, withWorker, settings, Publisher, null);

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public ContactsDbContext CreateContext() => Get<IDbContextFactory<ContactsDbContext>>().CreateDbContext();

    public async Task<ImportView> UploadAsync(ContactsUser user, string text, string fileName = "contacts.csv")
    {
        await using var upload = Get<ImportUploads>().Begin(user, fileName);
        await upload.WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
        return await upload.CompleteAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Uploads and waits for the end.</summary>
    public async Task<ImportView> ImportAsync(ContactsUser user, string text, string fileName = "contacts.csv") =>
        await WaitForEndAsync(user, (await UploadAsync(user, text, fileName)).Id);

    public async Task<ImportView> WaitForEndAsync(ContactsUser user, Guid id) =>
        await Eventually(async () => await Get<ImportService>().FindAsync(user.Id, id, TestContext.Current.CancellationToken) is
        { State: "completed" or "failed" or "cancelled" } ended ? ended : null);

    public async Task<List<ContactView>> ContactsOfAsync(ContactsUser user, string? search = null) =>
        [.. (await Get<ContactService>().ListAsync(user.Id, search, new PageRequest(1, 200), TestContext.Current.CancellationToken)).Items];

    /// <summary>Asks until there is an answer.</summary>
    public static async Task<T> Eventually<T>(Func<Task<T?>> ask)
        where T : class
    {
        T? answer = null;
        await Until.TrueAsync(async () => (answer = await ask()) is not null, "what was asked for is there", Patience);
        return answer!;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        if (_ownsDatabase)
        {
            await _database.DisposeAsync();
        }
    }

    private static async Task<ContactsHost> StartAsync(
        TestDatabase database, bool ownsDatabase, bool withWorker, IReadOnlyDictionary<string, string?>? settings, RecordingPublisher publisher, TimeProvider? time)
    {
        var host = new ContactsHost(database, ownsDatabase, withWorker, settings, publisher, time);
        await host._host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }
}

/// <summary>A broker that remembers keys, as the real one does.</summary>
internal sealed class RecordingPublisher : IContactsPublisher
{
    private readonly ConcurrentDictionary<Guid, bool> _keys = [];
    private readonly ConcurrentQueue<ContactsEvent> _events = [];
    private int _repeated;

    /// <summary>Runs before an event is taken; throws to be a broker that is away.</summary>
    public Func<ContactsEvent, Task> Before { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyList<ContactsEvent> Events => [.. _events];

    public ConcurrentQueue<(string Channel, string EventName, string Data)> Ephemeral { get; } = [];

    /// <summary>How often an event came again.</summary>
    public int Repeated => _repeated;

    public async Task PublishAsync(ContactsEvent contactsEvent, CancellationToken cancellationToken)
    {
        await Before(contactsEvent);
        if (_keys.TryAdd(contactsEvent.Key, true))
        {
            _events.Enqueue(contactsEvent);
        }
        else
        {
            Interlocked.Increment(ref _repeated);
        }
    }

    public Task PublishEphemeralAsync(string channel, string eventName, string data, CancellationToken cancellationToken)
    {
        Ephemeral.Enqueue((channel, eventName, data));
        return Task.CompletedTask;
    }

    public Task<ContactsEvent> WaitForAsync(string eventName, int count = 1) => ContactsHost.Eventually(
        () => Task.FromResult(_events.Where(e => e.EventName == eventName).ElementAtOrDefault(count - 1)));
}
