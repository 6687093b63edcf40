namespace PushApp.Web.Telemetry;

/// <summary>
/// The names of a browser's attributes: OpenTelemetry's messaging conventions, version 1.37 (https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/), and where none fits, the app's own.
/// ClientApp/src/telemetry/tracing.ts writes them.
/// </summary>
internal static class ShowAttributes
{
    public const string Operation = "show";
    public const string Channel = "messaging.destination.name";
    public const string ChannelTemplate = "messaging.destination.template";
    public const string MessageId = "messaging.message.id";
    public const string ClientId = "messaging.client.id";
    public const string SessionId = "session.id";
    public const string Event = "pushapp.event";
    public const string Transport = "pushapp.transport";
    public const string Outcome = "pushapp.show.outcome";
    public const string Shown = "shown";
    public const string Hidden = "hidden";
}
