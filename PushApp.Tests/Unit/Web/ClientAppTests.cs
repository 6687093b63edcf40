using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Unit.Web;

public sealed class ClientAppTests
{
    [Fact]
    public async Task Tests_of_the_pages_own_code_pass()
    {
        Prerequisite.Program(OperatingSystem.IsWindows() ? "node.exe" : "node", "install Node.js to run the tests of the page's TypeScript.");
        var clientApp = Path.Combine(BuiltProject.Folder("PushApp.Web"), "ClientApp");
        // What `npm test` runs, without npm: it is a script that every system starts in its own way.
        await using var vitest = ChildProcess.Start(
            "node", [Path.Combine("node_modules", "vitest", "vitest.mjs"), "run", "--reporter=default"], clientApp, new Dictionary<string, string?> { ["NO_COLOR"] = "1" });

        await vitest.WaitForExitAsync(TimeSpan.FromMinutes(3));

        Assert.True(vitest.ExitCode == 0, vitest.Output);
    }
}
