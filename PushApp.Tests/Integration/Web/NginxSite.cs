using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>Two web nodes behind nginx, with the configuration of deploy/nginx as it stands; only its addresses are the test's.</summary>
public sealed class NginxSite : SiteNodes
{
    private static readonly string[] Buffers = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

    private readonly TempFolder _folder = new("nginx");
    private ChildProcess? _nginx;

    /// <summary>nginx's address.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    public HttpClient Http { get; private set; } = null!;

    private protected override Dictionary<string, string?> Settings => new() { ["Proxies__Known__0"] = "127.0.0.1" };

    public override async ValueTask InitializeAsync()
    {
        var nginx = Prerequisite.Program("nginx", "the configuration that deploy/nginx holds is tested with it.");
        await base.InitializeAsync();
        var site = await File.ReadAllTextAsync(Path.Combine(BuiltProject.Folder("PushApp.Web"), "..", "deploy", "nginx", "pushapp.conf"));
        foreach (var (ours, theirs) in new[] { ("web-1:8080", First.Address.Authority), ("web-2:8080", Second.Address.Authority), ("listen 80;", $"listen {Address.Authority};") })
        {
            Assert.Contains(ours, site, StringComparison.Ordinal);
            site = site.Replace(ours, theirs, StringComparison.Ordinal);
        }

        // What a distribution's nginx.conf has around it, in a folder of the test's own and one process.
        var paths = string.Join('\n', Buffers.Select(name => $"{name}_temp_path {_folder.Combine(name)};"));
        var file = _folder.Combine("nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            daemon off;
            master_process off;
            pid {{_folder.Combine("nginx.pid")}};
            error_log stderr warn;
            events { worker_connections 1024; }
            http {
                access_log off;
                {{paths}}
                {{site}}
            }
            """);
        _nginx = ChildProcess.Start(nginx, ["-e", "stderr", "-p", _folder.Combine("."), "-c", file], _folder.Combine("."));
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = Address };
        await Until.TrueAsync(AnswersAsync, "nginx answers", TimeSpan.FromSeconds(30));
    }

    public override async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
        }

        await base.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        if (_nginx!.HasExited)
        {
            throw new InvalidOperationException($"nginx did not start:\n{_nginx.Output}");
        }

        try
        {
            return await Http.GetStringAsync("/alive") == "Healthy";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
