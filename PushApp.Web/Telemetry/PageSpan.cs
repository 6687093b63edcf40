namespace PushApp.Web.Telemetry;

/// <summary>A span as a page sent it, read and nothing more: ids of any length, any name, the attributes whose value is text.</summary>
internal sealed record PageSpan(
    ReadOnlyMemory<byte> TraceId, ReadOnlyMemory<byte> SpanId, ReadOnlyMemory<byte> ParentId, string Name, ulong Start, ulong End, IReadOnlyDictionary<string, string> Texts);
