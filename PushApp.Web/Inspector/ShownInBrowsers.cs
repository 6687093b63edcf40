using PushApp.Push.Inspection;
using PushApp.Web.Telemetry;

namespace PushApp.Web.Inspector;

/// <summary>Remembers what browsers have shown, as the last step of an event's journey.</summary>
internal sealed class ShownInBrowsers(IInspector inspector) : IShownEvents
{
    public void Report(ShownEvent shown) => inspector.Shown(new RecordedShow(
        shown.UserName,
        shown.Channel,
        shown.EventName,
        shown.Position,
        shown.TraceId.ToHexString(),
        shown.DeliverId.ToHexString(),
        shown.Transport,
        shown.ReceivedAt,
        shown.ShownAt));
}
