namespace PushApp.Dashboard.Otlp;

/// <summary>Marks an endpoint as one for telemetry: reached on the OTLP ports only, with the key.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OtlpEndpointAttribute : Attribute;
