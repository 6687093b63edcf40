using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

public sealed class ClientAppBuildTests
{
    [Fact]
    public async Task Missing_Node_is_told_in_one_line_that_says_what_to_do()
    {
        Prerequisite.Linux("a PATH without Node is made of an empty folder.");
        using var folder = new TempFolder("no-node");

        // The target alone, with its traces elsewhere: whatever was built before has no say.
        await using var build = ChildProcess.Start(
            ChildProcess.DotNet,
            [
                "msbuild", "PushApp.Web.csproj", "-t:BuildClientApp", "-nologo", "-v:q", "-nr:false",
                $"-p:ClientAppOutput={folder.Combine("site")}/", $"-p:ClientAppStamp={folder.Combine("stamp")}", $"-p:ClientAppList={folder.Combine("inputs.txt")}",
            ],
            BuiltProject.Folder("PushApp.Web"),
            new Dictionary<string, string?> { ["PATH"] = PathWithout.Program("node", folder) });
        await build.WaitForExitAsync(TimeSpan.FromMinutes(3));

        Assert.NotEqual(0, build.ExitCode);
        var errors = build.Output.Split('\n').Where(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)).Distinct().ToList();
        var error = Assert.Single(errors);
        Assert.Contains("error PUSHAPP001", error);
        Assert.Contains("Install Node.js 20.19, or 22.12 or newer", error);
        Assert.Contains("-p:BuildClientApp=false", error);
        Assert.False(Directory.Exists(folder.Combine("site")));
    }
}
