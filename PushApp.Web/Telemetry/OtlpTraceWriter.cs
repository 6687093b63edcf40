using Google.Protobuf;
using Google.Protobuf.Collections;
using PushApp.Web.Telemetry.Otlp;

namespace PushApp.Web.Telemetry;

/// <summary>Makes the request that goes on: every span anew, under a resource that this service names.</summary>
internal static class OtlpTraceWriter
{
    // The parent is another process' (https://github.com/open-telemetry/opentelemetry-proto, SpanFlags), and the trace is sampled.
    private const uint Flags = 0x100 | 0x200 | 1;

    public static ExportTraceServiceRequest Write(IEnumerable<ShowSpan> spans, string serviceName)
    {
        var scope = new ScopeSpans { Scope = new InstrumentationScope { Name = "PushApp.Browser" } };
        scope.Spans.AddRange(spans.Select(Write));
        var resource = new ResourceSpans { Resource = new Resource(), ScopeSpans = { scope } };
        Add(resource.Resource.Attributes, "service.name", serviceName);
        Add(resource.Resource.Attributes, "telemetry.sdk.name", "opentelemetry");
        Add(resource.Resource.Attributes, "telemetry.sdk.language", "webjs");
        return new ExportTraceServiceRequest { ResourceSpans = { resource } };
    }

    private static Span Write(ShowSpan show)
    {
        var span = new Span
        {
            TraceId = Bytes(16, show.TraceId.CopyTo),
            SpanId = Bytes(8, show.SpanId.CopyTo),
            ParentSpanId = Bytes(8, show.ParentId.CopyTo),
            Name = $"{ShowAttributes.Operation} {show.EventName}",
            Kind = SpanKind.Consumer,
            StartTimeUnixNano = Nanoseconds(show.Start),
            EndTimeUnixNano = Nanoseconds(show.End),
            Flags = Flags,
        };
        Add(span.Attributes, "messaging.system", "pushapp");
        Add(span.Attributes, "messaging.operation.name", ShowAttributes.Operation);
        Add(span.Attributes, "messaging.operation.type", "process");
        Add(span.Attributes, ShowAttributes.Channel, show.Channel.Value);
        Add(span.Attributes, ShowAttributes.ChannelTemplate, show.Channel.Template);
        Add(span.Attributes, ShowAttributes.MessageId, show.Position?.ToString());
        Add(span.Attributes, ShowAttributes.ClientId, show.ConnectionId);
        Add(span.Attributes, ShowAttributes.Event, show.EventName);
        Add(span.Attributes, ShowAttributes.Transport, show.Transport);
        Add(span.Attributes, ShowAttributes.Outcome, show.IsShown ? ShowAttributes.Shown : ShowAttributes.Hidden);
        Add(span.Attributes, ShowAttributes.SessionId, show.SessionId);
        Add(span.Attributes, "user.name", show.UserName);
        Add(span.Attributes, "user_agent.original", show.UserAgent);
        return span;
    }

    private static void Add(RepeatedField<KeyValue> attributes, string key, string? value)
    {
        if (value is not null)
        {
            attributes.Add(new KeyValue { Key = key, Value = new AnyValue { StringValue = value } });
        }
    }

    private static ulong Nanoseconds(DateTimeOffset time) => (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static ByteString Bytes(int length, CopyId copy)
    {
        Span<byte> id = stackalloc byte[length];
        copy(id);
        return ByteString.CopyFrom(id);
    }

    private delegate void CopyId(Span<byte> destination);
}
