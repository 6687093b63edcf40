using PushApp.Push;

namespace PushApp.Tests.Unit.Push.ApiKeys;

public sealed class ApiKeyTests
{
    [Fact]
    public void A_new_key_carries_its_id_and_verifies_against_its_hash_alone()
    {
        var first = ApiKey.Create("crm");
        var second = ApiKey.Create("crm");

        Assert.Matches("^pak_crm_[0-9a-f]{64}$", first.Key);
        Assert.True(ApiKey.TryGetId(first.Key, out var id));
        Assert.Equal("crm", id);
        Assert.True(ApiKey.Verify(first.Key, first.Hash));
        Assert.True(ApiKey.Verify(first.Key, first.Hash.ToUpperInvariant()));
        Assert.False(ApiKey.Verify(second.Key, first.Hash));
        Assert.NotEqual(first.Key, second.Key);
    }

    [Fact]
    public void A_key_without_a_given_id_gets_a_random_one()
    {
        var key = ApiKey.Create();
        Assert.Matches("^[0-9a-f]{12}$", key.Id);
        Assert.StartsWith($"pak_{key.Id}_", key.Key);
    }

    [Fact]
    public void The_hash_is_what_sha256sum_prints()
    {
        // printf %s abc | sha256sum
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", ApiKey.Hash("abc"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("pak_")]
    [InlineData("pak_crm")]
    [InlineData("pak_crm_")]
    [InlineData("pak_crm_short")]
    [InlineData("pak__0123456789012345678901234567890123456789012345678901234567890123")]
    [InlineData("pak_c m_0123456789012345678901234567890123456789012345678901234567890123")]
    [InlineData("xak_crm_0123456789012345678901234567890123456789012345678901234567890123")]
    public void What_is_not_of_the_form_is_no_key(string text) => Assert.False(ApiKey.TryGetId(text, out _));

    [Theory]
    [InlineData("")]
    [InlineData("a_b")]
    [InlineData("a:b")]
    [InlineData("ü")]
    public void An_id_of_another_form_is_refused(string id) => Assert.Throws<ArgumentException>(() => ApiKey.Create(id));

    [Theory]
    [InlineData("")]
    [InlineData("zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("ba7816bf")]
    public void Nothing_verifies_against_a_broken_hash(string hash) => Assert.False(ApiKey.Verify("abc", hash));
}
