using Google.Protobuf;
using PushApp.Dashboard.Otlp.Wire;
using PushApp.Dashboard.Store;
using PushApp.Dashboard.Telemetry;

namespace PushApp.Tests.Unit.Dashboard;

public sealed class WaterfallTests
{
    private static readonly TelemetryResource Resource = new(0, "s", "");

    [Fact]
    public void Children_stand_below_their_parent_in_the_order_of_their_start()
    {
        var rows = Rows(Span(4, 2, 30, 40), Span(2, 1, 10, 50), Span(3, 1, 5, 8), Span(1, 0, 0, 100));

        Assert.Equal([(1, 0, 3), (3, 1, 0), (2, 1, 1), (4, 2, 0)], rows.Select(r => (Number(r), r.Depth, r.Descendants)));
        Assert.Equal((10, 40), (rows[2].Left, rows[2].Width));
    }

    [Fact]
    public void A_span_whose_parent_is_missing_stands_as_a_root()
    {
        var rows = Rows(Span(1, 0, 0, 10), Span(2, 9, 5, 10));
        Assert.Equal([(1, 0), (2, 0)], rows.Select(r => (Number(r), r.Depth)));
    }

    [Fact]
    public void A_circle_is_cut_and_nobody_is_lost()
    {
        var rows = Rows(Span(1, 2, 0, 10), Span(2, 1, 5, 10), Span(3, 3, 0, 1));
        Assert.Equal([1, 2, 3], rows.Select(Number).Order());
    }

    [Fact]
    public void A_chain_of_any_length_is_walked()
    {
        var rows = Rows([.. Enumerable.Range(1, 20_000).Select(i => Span(i, i - 1, (ulong)i, (ulong)i + 1))]);
        Assert.Equal(19_999, rows[^1].Depth);
    }

    private static IReadOnlyList<WaterfallRow> Rows(params SpanRecord[] spans) => Waterfall.Rows(new Trace("t", spans));

    private static int Number(WaterfallRow row) => Convert.ToInt32(row.Span.SpanId, 16);

    private static SpanRecord Span(int number, int parent, ulong start, ulong end) =>
        new(Resource, new InstrumentationScope(), new Span { TraceId = Id(1), SpanId = Id(number), ParentSpanId = Id(parent), StartTimeUnixNano = start, EndTimeUnixNano = end });

    private static ByteString Id(int number) => ByteString.CopyFrom(0, 0, 0, 0, 0, (byte)(number >> 16), (byte)(number >> 8), (byte)number);
}
