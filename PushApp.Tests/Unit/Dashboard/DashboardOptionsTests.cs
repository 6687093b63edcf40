using PushApp.Dashboard.Configuration;
using PushApp.Dashboard.Security;

namespace PushApp.Tests.Unit.Dashboard;

public sealed class DashboardOptionsTests
{
    [Fact]
    public void All_faults_are_told_at_once()
    {
        var result = new ValidateDashboardOptions().Validate(null, new DashboardOptions
        {
            FrontendUrl = "http://0.0.0.0:1",
            OtlpGrpcUrl = "https://localhost:1",
            BrowserToken = "short",
            Limits = new TelemetryLimits { MaxSpans = 1 },
        });

        Assert.Equal(
            ["Dashboard:FrontendUrl", "Dashboard:OtlpGrpcUrl", "Dashboard:BrowserToken", "Dashboard:OtlpApiKey", "Dashboard:Limits:MaxSpans"],
            result.Failures!.Select(f => f.Split(' ')[0]));
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/traces?text=a%2Fb", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("//evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("/\t/evil.example", false)]
    public void Only_paths_of_this_site_are_returned_to(string? url, bool expected) => Assert.Equal(expected, LoginEndpoints.IsLocal(url));
}
