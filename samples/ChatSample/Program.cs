// A chat with rooms, in one process. docs/socketio.md builds it step by step, and takes it to several nodes.
using PushApp.SocketIO;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSocketIO();

var app = builder.Build();
app.UseDefaultFiles();
app.UseStaticFiles();
app.MapSocketIO("/socket.io", io => io.MapNamespace<Chat>());
app.Run();

internal sealed class Chat : SocketNamespace
{
    public async Task<string[]> Join(string room, string name)
    {
        Socket.Data.Set("name", name);
        await Rooms.JoinAsync(room);
        await Others.To(room).EmitAsync("joined", name);
        return [.. (await Clients.To(room).FetchSocketsAsync(Disconnected)).Select(socket => socket.GetData<string>("name") ?? "?")];
    }

    public async Task Say(string room, string text)
    {
        if (Rooms.Contains(room))
        {
            await Clients.To(room).EmitAsync("said", Socket.Data.Get<string>("name"), text);
        }
    }
}
