using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using PushApp.SocketIO;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>What a namespace saw, for the tests.</summary>
internal sealed class Journal
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public void Add(string line) => Lines.Enqueue(line);
}

/// <summary>The events that the tests of the API send.</summary>
internal sealed class TestNamespace(Journal journal) : SocketNamespace
{
    public sealed record Person(string Name, int Age);

    public override ValueTask OnConnectingAsync()
    {
        if (Socket.Handshake.Auth.TryGetProperty("refuse", out var reason))
        {
            throw new SocketException(reason.GetString()!, data: new { code = 7 });
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask OnConnectedAsync()
    {
        journal.Add($"connected {User.Identity?.Name ?? "nobody"} {Socket.Recovered}");
        await Socket.EmitAsync("welcome", Socket.Id);
    }

    public override ValueTask OnDisconnectedAsync(string reason)
    {
        journal.Add($"disconnected {reason} {string.Join('+', Rooms.Order())}");
        return ValueTask.CompletedTask;
    }

    // The seed's: one or more rooms, each answered.
    public async Task Subscribe(params string[] rooms)
    {
        foreach (var room in rooms)
        {
            await Rooms.JoinAsync(room);
            await Socket.EmitAsync("joined", room);
        }
    }

    public Task JoinAll(params string[] rooms) => Rooms.JoinAsync(rooms).AsTask();

    public Task JoinTrusted(string room) => Rooms.JoinTrustedAsync(room).AsTask();

    public Task Unsubscribe(string room) => Rooms.LeaveAsync(room).AsTask();

    [SocketEvent("myevent")]
    public async Task OnMyEvent(string room, SocketArguments rest) => await Clients.To(room).EmitAsync("myevent", rest);

    public static int Add(int left, int right = 10) => left + right;

    public static async Task<Person> Grow(Person person)
    {
        await Task.Yield();
        return person with { Age = person.Age + 1 };
    }

    public static (string First, int[] Second) Pair() => ("one", [1, 2]);

    public static byte[] Reverse(byte[] bytes) => [.. bytes.Reverse()];

    [SocketEvent("echo"), SocketEvent("echo it")]
    public static SocketArguments Echo(SocketArguments arguments) => arguments;

    public static string? Maybe(string? text) => text;

    public static void Fail() => throw new InvalidOperationException("secret");

    public static void Refuse() => throw new SocketException("Not today.", "closed", new { until = "tomorrow" });

    public static string Service([FromServices] Journal injected, CancellationToken cancellationToken) => $"{injected.Lines.IsEmpty} {cancellationToken.CanBeCanceled}";

    [Authorize]
    public string Whoami() => User.Identity!.Name!;

    public string Login()
    {
        Socket.Events.AllowOnly("login", "add");
        return "narrowed";
    }

    public async Task<string> AskMe(string question) => (await Socket.EmitWithAckAsync<string>("question", question))!;

    public async Task ToOthers(string room, string text) => await Others.To(room).EmitAsync("said", text);

    public async Task ToRooms(string[] rooms, string[] except, string text) => await Clients.To(rooms).Except(except).EmitAsync("said", text);

    public async Task ToAll(string text) => await Clients.EmitAsync("said", text);

    public async Task Bytes(string room, byte[] bytes) => await Clients.To(room).EmitAsync("bytes", new { bytes, text = "é" }, bytes);

    public void Kick(bool close) => Socket.Disconnect(close);

    public void Remember(string key, string value) => Socket.Data.Set(key, value);

    public string? Recall(string key) => Socket.Data.Get<string>(key);

    public string[] MyRooms() => [.. Rooms.Order()];

    public async Task Work()
    {
        journal.Add("work began");
        try
        {
            await new TaskCompletionSource().Task.WaitAsync(Disconnected);
        }
        catch (OperationCanceledException)
        {
            journal.Add("work ended");
            throw;
        }
    }

    [NoSocketEvent]
    public static void NoEvent() => throw new InvalidOperationException();
}
