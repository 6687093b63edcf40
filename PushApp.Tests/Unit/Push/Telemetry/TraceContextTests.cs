using PushApp.Push.Telemetry;

namespace PushApp.Tests.Unit.Push.Telemetry;

public sealed class TraceContextTests
{
    private const string Ids = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

    [Theory]
    [InlineData(Ids + "01", true)]
    [InlineData(Ids + "03", true)]
    [InlineData(Ids + "00", false)]
    [InlineData(Ids + "02", false)]
    [InlineData(Ids + "zz", false)]
    [InlineData("01", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void The_sampled_flag_is_read(string? traceParent, bool isSampled) => Assert.Equal(isSampled, TraceContext.IsSampled(traceParent));

    [Fact]
    public void Without_the_flag_it_is_the_same_trace()
    {
        Assert.Equal(Ids + "00", TraceContext.WithoutSampling(Ids + "01"));
        Assert.Null(TraceContext.WithoutSampling(null));
    }
}
