using Microsoft.Extensions.Configuration;
using PushApp.Web.Telemetry;

namespace PushApp.Tests.Unit.Web.Telemetry;

public sealed class OtlpTargetTests
{
    [Theory]
    [InlineData("http://collector:4317", null, "http://collector:4317/", true)]
    [InlineData("http://collector:4317", "grpc", "http://collector:4317/", true)]
    [InlineData("http://collector:4318", "http/protobuf", "http://collector:4318/v1/traces", false)]
    [InlineData("https://collector/otlp/", "http/protobuf", "https://collector/otlp/v1/traces", false)]
    [InlineData("https://collector/otlp", "http/protobuf", "https://collector/otlp/v1/traces", false)]
    public void Endpoint_and_protocol_are_those_of_the_services_own_exporter(string endpoint, string? protocol, string address, bool isGrpc)
    {
        var target = Read(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol))!;

        Assert.Equal((address, isGrpc, TimeSpan.FromSeconds(10)), (target.Endpoint.ToString(), target.IsGrpc, target.Timeout));
    }

    [Fact]
    public void What_is_said_for_traces_alone_goes_first_and_is_the_whole_address()
    {
        var target = Read(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4317"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces/here"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "X-Key=a%20b, other=1=2,nonsense"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "2500"))!;

        Assert.Equal(("http://traces/here", false, TimeSpan.FromSeconds(2.5)), (target.Endpoint.ToString(), target.IsGrpc, target.Timeout));
        Assert.Equal([new("x-key", "a b"), new("other", "1=2")], target.Headers);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void Without_an_endpoint_there_is_no_target(string? endpoint) => Assert.Null(Read(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)));

    [Fact]
    public void An_endpoint_that_is_no_address_is_named() =>
        Assert.StartsWith("OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317'", Assert.Throws<InvalidOperationException>(() => Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Options_of_the_relay_are_valid_by_default_and_every_fault_is_reported_with_its_key()
    {
        var validator = new BrowserTelemetryOptionsValidator();
        Assert.True(validator.Validate(null, new BrowserTelemetryOptions()).Succeeded);

        var faults = validator.Validate(null, new BrowserTelemetryOptions { ServiceName = "", MaxRequestBytes = 1, MaxSpans = 20, Burst = 10, PerMinute = 0, MaxQueuedSpans = 0 }).Failures!.ToList();
        Assert.Equal(5, faults.Count);
        Assert.All(faults, fault => Assert.StartsWith("BrowserTelemetry:", fault, StringComparison.Ordinal));
    }

    private static OtlpTarget? Read(params (string Key, string? Value)[] settings) =>
        OtlpTarget.From(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build());
}
