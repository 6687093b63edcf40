using Aspire.Hosting.ApplicationModel;

namespace PushApp.LocalHosting.Engine;

/// <summary>For which replica values are being worked out: only there does "the port that the process listens on" have a meaning.</summary>
internal static class InstanceScope
{
    private static readonly AsyncLocal<ResourceInstance?> Instance = new();

    public static ResourceInstance? Current
    {
        get => Instance.Value;
        set => Instance.Value = value;
    }

    public static int TargetPort(EndpointReference endpoint) =>
        Current is { } instance && ReferenceEquals(instance.Resource, endpoint.Resource) ? instance.TargetPorts[endpoint.EndpointAnnotation.Name]
        : endpoint.EndpointAnnotation.TargetPort ?? endpoint.Port;
}
