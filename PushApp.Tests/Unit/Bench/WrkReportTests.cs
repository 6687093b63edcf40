using PushApp.Bench.CommandLine;
using PushApp.Bench.Processes;

namespace PushApp.Tests.Unit.Bench;

public sealed class WrkReportTests
{
    [Theory]
    [InlineData("850.00us", 0.85)]
    [InlineData("1.02ms", 1.02)]
    [InlineData("1.20s", 1200)]
    public void What_it_printed_is_read_in_milliseconds(string slow, double expected)
    {
        var report = WrkReport.Parse($"""
            Running 4s test @ http://127.0.0.1:1/hello
              1 threads and 16 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency   300.00us  100.00us   2.00ms   90.00%
                Req/Sec    50.00k     1.00k   52.00k    70.00%
              Latency Distribution
                 50%  250.00us
                 75%  300.00us
                 90%  400.00us
                 99%  {slow}
              200321 requests in 4.00s, 30.00MB read
            Requests/sec:  50080.25
            Transfer/sec:      7.50MB
            """);

        Assert.Equal(200_321, report.Requests);
        Assert.Equal(0.25, report.MedianMilliseconds, 6);
        Assert.Equal(expected, report.SlowMilliseconds, 6);
    }

    [Theory]
    [InlineData("  100 requests in 4.00s, 30.00MB read\n  Socket errors: connect 0, read 3, write 0, timeout 0")]
    [InlineData("  100 requests in 4.00s, 30.00MB read\n  Non-2xx or 3xx responses: 100")]
    [InlineData("unable to connect to 127.0.0.1:1 Connection refused")]
    public void A_request_that_failed_ends_the_run(string text) => Assert.Throws<BenchFailureException>(() => WrkReport.Parse(text));
}
