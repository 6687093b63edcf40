namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value given from outside, or made by the AppHost.</summary>
public class ParameterResource(string name, Func<string> value, bool secret = false) : Resource(name), IValueProvider, IManifestExpressionProvider
{
    private readonly Lazy<string> _value = new(value);

    /// <summary>Whether it is kept out of sight.</summary>
    public bool Secret { get; } = secret;

    /// <inheritdoc/>
    public string ValueExpression => $"{{{Name}.value}}";

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(_value.Value);
}
