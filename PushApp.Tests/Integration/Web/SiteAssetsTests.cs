using System.Text.RegularExpressions;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>The page is there however the site was started: from a build or published, in any environment, from any working directory.</summary>
public sealed partial class SiteAssetsTests
{
    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Build_serves_its_page_from_any_working_directory(string environment)
    {
        using var elsewhere = new TempFolder("elsewhere");

        await ServesItsPageAsync(BuiltProject.Dll("PushApp.Web"), environment, elsewhere.Path);
        await ServesItsPageAsync(BuiltProject.Dll("PushApp.Web"), environment, BuiltProject.Folder("PushApp.Web"));
    }

    [Fact]
    public async Task Published_site_serves_its_page_from_any_working_directory()
    {
        using var published = new TempFolder("published");
        using var elsewhere = new TempFolder("elsewhere");
        var configuration = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(BuiltProject.Dll("PushApp.Web"))))!;
        await using (var publish = ChildProcess.Start(
            ChildProcess.DotNet,
            ["publish", "PushApp.Web.csproj", "--no-build", "-c", configuration, "-o", published.Path, "-v", "q", "--nologo"],
            BuiltProject.Folder("PushApp.Web")))
        {
            await publish.WaitForExitAsync(TimeSpan.FromMinutes(3));
            Assert.True(publish.ExitCode == 0, publish.Output);
        }

        foreach (var environment in (string[])["Development", "Production"])
        {
            await ServesItsPageAsync(published.Combine("PushApp.Web.dll"), environment, elsewhere.Path);
        }
    }

    internal static string FindScript(string page) => ScriptPattern().Match(page).Groups[1].Value;

    private static async Task ServesItsPageAsync(string dll, string environment, string workingDirectory)
    {
        using var data = new TempFolder("web");
        await using var node = await WebNode.StartAsync(
            // Nobody listens there: the page does not depend on a broker.
            "127.0.0.1:1,connectTimeout=100,abortConnect=false",
            $"Data Source={data.Combine("contacts.db")}",
            new Dictionary<string, string?> { ["ASPNETCORE_ENVIRONMENT"] = environment },
            dll,
            workingDirectory);

        var page = await node.Http.GetStringAsync("/", TestContext.Current.CancellationToken);
        var script = await node.Http.GetStringAsync(FindScript(page), TestContext.Current.CancellationToken);
        var style = await node.Http.GetStringAsync(StylePattern().Match(page).Groups[1].Value, TestContext.Current.CancellationToken);

        Assert.Contains("<div id=\"app\">", page);
        Assert.True(script.Length > 10_000, "The page's script is empty.");
        Assert.True(style.Length > 5_000, "The page's style sheet is empty.");
    }

    [GeneratedRegex("src=\"(/assets/[^\"]+\\.js)\"")]
    private static partial Regex ScriptPattern();

    [GeneratedRegex("href=\"(/assets/[^\"]+\\.css)\"")]
    private static partial Regex StylePattern();
}
