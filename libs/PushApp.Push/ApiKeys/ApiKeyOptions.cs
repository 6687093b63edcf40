namespace PushApp.Push;

/// <summary>One API key of the configuration: <c>Push:ApiKeys:{id}</c>. Read once, at start; an <see cref="IApiKeyStore"/> of your own can change while the app runs.</summary>
public sealed class ApiKeyOptions
{
    /// <summary>SHA-256 of the whole key's text, 64 hexadecimal digits, as <see cref="ApiKey.Create"/> gives it. Never the key itself.</summary>
    public string Hash { get; set; } = "";

    /// <summary>Where the key counts: channel names, or prefixes that end in <c>*</c> (<c>user:*</c>; <c>*</c> for every channel). At least one.</summary>
    public IList<string> Channels { get; set; } = [];

    /// <summary>What it may do there, as in <c>Publish</c> or <c>Publish, Read</c>. At least one scope.</summary>
    public ApiKeyScopes Scopes { get; set; }
}
