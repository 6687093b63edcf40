using PushApp.Push;

namespace PushApp.Tests.Unit.Push.ApiKeys;

public sealed class ApiKeyOptionsValidatorTests
{
    [Fact]
    public void A_complete_key_is_accepted()
    {
        var result = Validate("crm", new ApiKeyOptions { Hash = ApiKey.Create("crm").Hash, Channels = ["user:*", "broadcast"], Scopes = ApiKeyScopes.Publish });
        Assert.True(result.Succeeded, result.FailureMessage);
    }

    [Fact]
    public void Every_fault_is_reported_at_once_with_its_full_key()
    {
        var secret = ApiKey.Create("crm").Key;
        var result = Validate("c_rm", new ApiKeyOptions { Hash = secret, Channels = ["", "user:", "room:a b*"], Scopes = 0 });

        Assert.True(result.Failed);
        Assert.Equal(6, result.Failures.Count());
        Assert.All(result.Failures, failure => Assert.Contains("Push:ApiKeys:c_rm", failure));
        Assert.DoesNotContain(secret, result.FailureMessage);
    }

    [Fact]
    public void A_key_without_channels_is_refused()
    {
        var result = Validate("crm", new ApiKeyOptions { Hash = ApiKey.Create("crm").Hash, Scopes = ApiKeyScopes.Read });
        Assert.Contains("Push:ApiKeys:crm:Channels", result.FailureMessage);
    }

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(string id, ApiKeyOptions key)
    {
        var options = new PushOptions();
        options.ApiKeys[id] = key;
        return new ApiKeyOptionsValidator().Validate(null, options);
    }
}
