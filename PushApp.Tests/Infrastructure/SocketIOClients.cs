using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PushApp.Tests.Infrastructure;

/// <summary>The official Socket.IO clients (npm, 4.x and 2.x) in a Node process, driven by lines of JSON (Node/socketio/driver.mjs). Node or npm missing: the test is skipped.</summary>
internal sealed class SocketIOClients : IAsyncDisposable
{
    private static readonly SemaphoreSlim Installing = new(1, 1);

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> _replies = new();
    private readonly ConcurrentDictionary<string, SocketIOClient> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _errors = new();
    private int _nextId;

    private SocketIOClients(Process process)
    {
        _process = process;
        _ = Task.Run(ReadAsync);
        process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
    }

    public static async Task<SocketIOClients> StartAsync()
    {
        var node = Prerequisite.Program("node", "the official Socket.IO clients run in it.");
        var folder = await InstallAsync();
        var start = new ProcessStartInfo(node, ["driver.mjs"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new SocketIOClients(Process.Start(start)!);
    }

    /// <summary>Opens a client; it connects by itself.</summary>
    public async Task<SocketIOClient> OpenAsync(Uri url, object? options = null, string @namespace = "/", int version = 4, IReadOnlyDictionary<string, string>? headers = null)
    {
        var name = $"c{Interlocked.Increment(ref _nextId)}";
        var client = new SocketIOClient(this, name);
        _clients[name] = client;
        var merged = JsonSerializer.SerializeToNode(options ?? new { })!.AsObject();
        merged["forceNew"] = true;
        merged["reconnectionDelay"] ??= 50;
        merged["reconnectionDelayMax"] ??= 500;
        if (headers is not null)
        {
            merged["extraHeaders"] = JsonSerializer.SerializeToNode(headers);
        }

        await SendAsync("open", new { name, url = new Uri(url, @namespace).ToString(), options = merged, version });
        return client;
    }

    /// <summary>A client of another namespace on the connection of one that is there.</summary>
    internal async Task<SocketIOClient> BesideAsync(string name, string @namespace, bool leave)
    {
        var client = new SocketIOClient(this, $"c{Interlocked.Increment(ref _nextId)}");
        _clients[client.Name] = client;
        await SendAsync("beside", new { name = client.Name, of = name, @namespace, leave });
        return client;
    }

    public async Task<JsonNode?> SendAsync(string command, object arguments)
    {
        var id = Interlocked.Increment(ref _nextId);
        var reply = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _replies[id] = reply;
        var line = JsonSerializer.SerializeToNode(arguments)!.AsObject();
        line["id"] = id;
        line["do"] = command;
        lock (_process)
        {
            _process.StandardInput.WriteLine(line.ToJsonString());
            _process.StandardInput.Flush();
        }

        return await reply.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var message = JsonNode.Parse(line)!.AsObject();
            if (message["event"] is { } @event)
            {
                if (_clients.TryGetValue((string)message["name"]!, out var client))
                {
                    client.Add(new SocketIOEvent((string)@event!, message["args"]!.AsArray()));
                }
            }
            else if (message["id"] is { } id && _replies.TryRemove((int)id, out var reply))
            {
                if (message["error"] is { } error)
                {
                    reply.TrySetException(new InvalidOperationException((string)error!));
                }
                else
                {
                    reply.TrySetResult(message["result"]);
                }
            }
        }

        foreach (var reply in _replies.Values)
        {
            reply.TrySetException(new InvalidOperationException($"The clients' process has ended: {string.Join('\n', _errors)}"));
        }
    }

    /// <summary>Installs the clients of Node/socketio once; returns the folder that they are in.</summary>
    public static async Task<string> InstallAsync()
    {
        var npm = Prerequisite.Program("npm", "it installs the official Socket.IO clients.");
        var folder = Path.Combine(AppContext.BaseDirectory, "Node", "socketio");
        await Installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var stamp = Path.Combine(folder, "node_modules", ".installed");
            if (!File.Exists(stamp))
            {
                using var process = Process.Start(new ProcessStartInfo(npm, ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = folder, RedirectStandardError = true })!;
                var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                if (process.ExitCode != 0)
                {
                    Prerequisite.Missing($"npm could not install the official Socket.IO clients: {error}");
                }

                await File.WriteAllTextAsync(stamp, "", TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            Installing.Release();
        }

        return folder;
    }
}

/// <summary>An event that came to a client, its own (<c>connect</c>, <c>disconnect</c>, <c>connect_error</c>) among them.</summary>
internal sealed record SocketIOEvent(string Name, JsonArray Arguments)
{
    public override string ToString() => $"{Name} {Arguments.ToJsonString()}";
}

/// <summary>One official client.</summary>
internal sealed class SocketIOClient(SocketIOClients clients, string name)
{
    private readonly List<SocketIOEvent> _events = [];
    private readonly List<(Func<SocketIOEvent, bool> Match, TaskCompletionSource<SocketIOEvent> Found)> _waiting = [];
    private int _taken;

    internal string Name => name;

    /// <summary>Everything that came so far.</summary>
    public IReadOnlyList<SocketIOEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>The events of one name so far.</summary>
    public IReadOnlyList<SocketIOEvent> Of(string eventName) => [.. Events.Where(item => item.Name == eventName)];

    /// <summary>The next event of a name that was not taken before; those of other names before it are passed over.</summary>
    public async Task<SocketIOEvent> NextAsync(string eventName, TimeSpan? timeout = null)
    {
        TaskCompletionSource<SocketIOEvent> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_events)
        {
            for (var i = _taken; i < _events.Count; i++)
            {
                if (_events[i].Name == eventName)
                {
                    _taken = i + 1;
                    return _events[i];
                }
            }

            _taken = _events.Count;
            _waiting.Add((item => item.Name == eventName, found));
        }

        try
        {
            return await found.Task.WaitAsync(timeout ?? TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"'{eventName}' did not come to {name}; what came: {string.Join(", ", Events)}");
        }
    }

    public Task EmitAsync(string eventName, params object?[] arguments) => clients.SendAsync("emit", new { name, @event = eventName, args = arguments });

    /// <summary>Emits and waits for the acknowledgement; its arguments.</summary>
    public async Task<JsonArray> AskAsync(string eventName, params object?[] arguments) =>
        (await clients.SendAsync("ask", new { name, @event = eventName, args = arguments }))!.AsArray();

    /// <summary>How it acknowledges an event.</summary>
    public Task AnswerAsync(string eventName, params object?[] arguments) => clients.SendAsync("answer", new { name, @event = eventName, args = arguments });

    /// <summary>Has a client of another namespace on the same connection, which connects by itself.</summary>
    /// <param name="namespace">The namespace.</param>
    /// <param name="leave">Whether it leaves at once, before it has connected.</param>
    public Task<SocketIOClient> BesideAsync(string @namespace, bool leave = false) => clients.BesideAsync(name, @namespace, leave);

    /// <summary>Connects it again after it left.</summary>
    public Task ConnectAsync() => clients.SendAsync("connect", new { name });

    public Task DisconnectAsync() => clients.SendAsync("disconnect", new { name });

    /// <summary>Cuts the connection below; the client comes back by itself.</summary>
    public Task CutAsync() => clients.SendAsync("cut", new { name });

    /// <summary>Cuts it, and has the client come back to another node.</summary>
    public Task RedirectAsync(Uri url) => clients.SendAsync("redirect", new { name, url = url.ToString() });

    /// <summary>Has the client come to another node when it comes back the next time.</summary>
    public Task AimAsync(Uri url) => clients.SendAsync("aim", new { name, url = url.ToString() });

    public async Task<string> TransportAsync() => (string)(await clients.SendAsync("state", new { name }))!["transport"]!;

    /// <summary>The id of the node that has its connection: what the connection's id begins with.</summary>
    public async Task<string> NodeAsync() => ((string)(await clients.SendAsync("state", new { name }))!["session"]!)[..8];

    internal void Add(SocketIOEvent item)
    {
        lock (_events)
        {
            _events.Add(item);
            for (var i = 0; i < _waiting.Count; i++)
            {
                if (_waiting[i].Match(item))
                {
                    _taken = _events.Count;
                    _waiting[i].Found.TrySetResult(item);
                    _waiting.RemoveAt(i);
                    return;
                }
            }
        }
    }
}
