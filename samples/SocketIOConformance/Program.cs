// The host that the official protocol suites run against. README.md in this folder says how.
using System.Net;
using PushApp.SocketIO;
using SocketIOConformance;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    // The suites say "localhost", which Node takes for either.
    kestrel.Listen(IPAddress.Loopback, 3000);
    kestrel.Listen(IPAddress.IPv6Loopback, 3000);
});
builder.Services.AddSocketIO(options =>
{
    options.ConnectTimeout = TimeSpan.FromSeconds(1);
    options.Engine.PingInterval = TimeSpan.FromMilliseconds(300);
    options.Engine.PingTimeout = TimeSpan.FromMilliseconds(200);
    options.Engine.MaxPayload = 1_000_000;
    options.Engine.AllowEIO3 = true;
    options.Engine.AllowedOrigins = ["*"];
});
builder.Services.AddEngineEcho();

var app = builder.Build();
app.MapEngineEcho("/engine.io/");
app.MapSocketIO("/socket.io/", io =>
{
    io.MapNamespace<SuiteNamespace>("/");
    io.MapNamespace<SuiteNamespace>("/custom");
});
app.Run();
