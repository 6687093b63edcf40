using System.Buffers;
using Microsoft.Extensions.Options;

namespace PushApp.SocketIO.Engine.Hosting;

/// <summary>Reports every fault of <c>SocketIO:Engine</c> and <c>SocketIO:Cluster</c> at once, with the key and what to set.</summary>
internal sealed class EngineOptionsValidator : IValidateOptions<SocketIOOptions>
{
    private const int LeastSecret = 32;

    // https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1: a token.
    private static readonly SearchValues<char> NoCookieName = SearchValues.Create(" \t;,=\"\\()<>@:/[]?{}");

    public ValidateOptionsResult Validate(string? name, SocketIOOptions options)
    {
        var faults = new Faults();
        Check(faults, options.Engine);
        Check(faults, options.Cluster);
        return faults.Found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Found);
    }

    private static void Check(Faults faults, EngineOptions engine)
    {
        faults.Between("Engine:PingInterval", engine.PingInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(10));
        faults.Between("Engine:PingTimeout", engine.PingTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(10));
        faults.Between("Engine:UpgradeTimeout", engine.UpgradeTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(5));
        faults.Between("Engine:MaxPayload", engine.MaxPayload, 1, 100_000_000);
        faults.Between("Engine:MaxBufferedBytes", engine.MaxBufferedBytes, 4096, 256 * 1024 * 1024);
        faults.Between("Engine:MaxPacketsPerSecond", engine.MaxPacketsPerSecond, 0, 1_000_000);
        faults.Between("Engine:MaxPacketBurst", engine.MaxPacketBurst, Math.Max(1, engine.MaxPacketsPerSecond), 10_000_000);
        if (!engine.AllowPolling && !engine.AllowWebSocket)
        {
            faults.Add("Engine:AllowWebSocket", "no client can connect without any transport; allow polling, WebSocket or both.");
        }

        for (var i = 0; i < engine.AllowedOrigins.Count; i++)
        {
            if (engine.AllowedOrigins[i] != "*" && !IsOrigin(engine.AllowedOrigins[i]))
            {
                faults.Add($"Engine:AllowedOrigins:{i}", $"'{engine.AllowedOrigins[i]}' is no origin; give scheme, host and, where it is not the usual one, port, as in https://app.example.com; or *.");
            }
        }

        if (engine.AllowCredentials && engine.AllowedOrigins.Contains("*"))
        {
            faults.Add("Engine:AllowCredentials", "any page could act for a signed-in user; name the origins in Engine:AllowedOrigins instead of *.");
        }

        if (engine.Cookie is { } cookie && (cookie.Length == 0 || cookie.AsSpan().ContainsAny(NoCookieName)))
        {
            faults.Add("Engine:Cookie", $"'{cookie}' is no name of a cookie; use letters, digits, '-' and '_', or leave it out.");
        }
    }

    private static void Check(Faults faults, ClusterOptions cluster)
    {
        faults.Between("Cluster:Lease", cluster.Lease, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(5));
        faults.Between("Cluster:ConnectTimeout", cluster.ConnectTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30));
        if (cluster.Secret is { } secret && secret.Length < LeastSecret)
        {
            faults.Add("Cluster:Secret", $"it has {secret.Length} characters; give it at least {LeastSecret} random ones, the same on every node, or leave it out.");
        }

        if (cluster.Address is { } address && !(IsOrigin(address) && !address.EndsWith('/')))
        {
            faults.Add("Cluster:Address", $"'{address}' is no address of a node; give scheme, host and port, as in http://10.0.0.5:8080.");
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase);

    private sealed class Faults
    {
        public List<string> Found { get; } = [];

        public void Between<T>(string key, T value, T least, T most)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                Add(key, $"{value} is out of bounds; set it to a value between {least} and {most}.");
            }
        }

        public void Add(string key, string what) => Found.Add($"{SocketIOOptions.SectionName}:{key}: {what}");
    }
}
