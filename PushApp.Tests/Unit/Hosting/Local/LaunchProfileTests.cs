using PushApp.LocalHosting.Engine;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Unit.Hosting.Local;

public sealed class LaunchProfileTests
{
    [Fact]
    public void The_first_profile_that_starts_the_project_counts()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.Combine("Properties"));
        File.WriteAllText(Path.Combine(folder.Path, "Properties", "launchSettings.json"), """
            {
              // Comments are usual in this file.
              "profiles": {
                "container": { "commandName": "Docker" },
                "site": { "commandName": "Project", "applicationUrl": "http://localhost:1234", "environmentVariables": { "A": "b" } },
              }
            }
            """);

        var profile = LaunchProfile.Read(folder.Combine("X.csproj"));

        Assert.NotNull(profile);
        Assert.Equal("site", profile.Name);
        Assert.Equal(1234, Assert.Single(profile.ApplicationUrls).Port);
        Assert.Equal("b", profile.Environment["A"]);
    }

    [Fact]
    public void A_project_without_launch_settings_has_no_profile()
    {
        using var folder = new TempFolder();

        Assert.Null(LaunchProfile.Read(folder.Combine("X.csproj")));
    }
}
