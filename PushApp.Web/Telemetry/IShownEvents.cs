namespace PushApp.Web.Telemetry;

/// <summary>
/// Hears of each event that a browser has shown, on the node that the browser's report reached, which need not be the one that wrote the event. Register any number of them
/// (<c>TryAddEnumerable</c>, singletons); they are called whether or not spans are forwarded anywhere.
/// </summary>
internal interface IShownEvents
{
    /// <summary>Called once per event, browser tab and report, in no particular order. Quick and thread-safe; what it throws is logged and ends nothing.</summary>
    void Report(ShownEvent shown);
}
