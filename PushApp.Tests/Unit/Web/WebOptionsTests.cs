using PushApp.Web.Accounts;
using PushApp.Web.Site;

namespace PushApp.Tests.Unit.Web;

public sealed class WebOptionsTests
{
    [Fact]
    public void Defaults_are_valid()
    {
        Assert.True(new AccountsOptionsValidator().Validate(null, new AccountsOptions()).Succeeded);
        Assert.True(new ProxyOptionsValidator().Validate(null, new ProxyOptions()).Succeeded);
    }

    [Fact]
    public void Every_fault_is_reported_with_its_key()
    {
        var accounts = new AccountsOptionsValidator().Validate(null, new AccountsOptions { SignInLifetime = TimeSpan.Zero, TrustedOrigins = ["example.com", "https://a.example/path"] });
        var proxies = new ProxyOptionsValidator().Validate(null, new ProxyOptions { Known = ["proxy", "10.0.0.0/8", "::1"], Hops = 0 });

        Assert.Equal(3, accounts.Failures!.Count());
        Assert.All(accounts.Failures!, failure => Assert.StartsWith("Accounts:", failure));
        Assert.Equal(2, proxies.Failures!.Count());
        Assert.All(proxies.Failures!, failure => Assert.StartsWith("Proxies:", failure));
    }
}
