using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Exporter;

namespace PushApp.Tests.Unit.Hosting;

public sealed class OtlpSettingsTests
{
    [Fact]
    public void What_is_said_for_one_signal_goes_before_what_is_said_for_all()
    {
        var options = new OtlpExporterOptions { Endpoint = new Uri("http://all:4317"), Protocol = OtlpExportProtocol.Grpc, Headers = "key=all", TimeoutMilliseconds = 1 };
        options.Apply(
            Configuration(("TRACES_ENDPOINT", " http://traces/here "), ("TRACES_PROTOCOL", "http/protobuf"), ("TRACES_HEADERS", "key=traces"), ("TRACES_TIMEOUT", "2500"), ("METRICS_HEADERS", "key=metrics")),
            OtlpSettings.Traces);

        Assert.Equal(
            ("http://traces/here", OtlpExportProtocol.HttpProtobuf, "key=traces", 2500),
            (options.Endpoint.ToString(), options.Protocol, options.Headers, options.TimeoutMilliseconds));
    }

    [Fact]
    public void What_is_not_said_for_the_signal_stays_as_it_is()
    {
        var options = new OtlpExporterOptions { Endpoint = new Uri("http://all:4317"), Protocol = OtlpExportProtocol.HttpProtobuf, Headers = "key=all", TimeoutMilliseconds = 1 };
        options.Apply(Configuration(("LOGS_ENDPOINT", "http://logs"), ("TRACES_ENDPOINT", " ")), OtlpSettings.Traces);

        Assert.Equal(("http://all:4317/", OtlpExportProtocol.HttpProtobuf, "key=all", 1), (options.Endpoint.ToString(), options.Protocol, options.Headers, options.TimeoutMilliseconds));
    }

    [Fact]
    public void A_signal_has_an_endpoint_by_its_own_variable_or_by_that_for_all()
    {
        Assert.True(OtlpSettings.HasEndpoint(Configuration(("ENDPOINT", "http://all"))));
        Assert.True(OtlpSettings.HasEndpoint(Configuration(("ENDPOINT", "http://all")), OtlpSettings.Logs));
        Assert.True(OtlpSettings.HasEndpoint(Configuration(("LOGS_ENDPOINT", "http://logs")), OtlpSettings.Logs));
        Assert.False(OtlpSettings.HasEndpoint(Configuration(("LOGS_ENDPOINT", "http://logs")), OtlpSettings.Metrics));
        Assert.False(OtlpSettings.HasEndpoint(Configuration(("LOGS_ENDPOINT", "http://logs"))));
        Assert.False(OtlpSettings.HasEndpoint(Configuration(("ENDPOINT", " "))));
    }

    [Theory]
    [InlineData("TRACES_ENDPOINT", "collector:4317")]
    [InlineData("TRACES_PROTOCOL", "http/json")]
    [InlineData("TRACES_TIMEOUT", "10 s")]
    public void A_value_that_cannot_be_is_told_with_its_variable(string name, string value) =>
        Assert.StartsWith(
            $"OTEL_EXPORTER_OTLP_{name} is '{value}'",
            Assert.Throws<InvalidOperationException>(() => new OtlpExporterOptions().Apply(Configuration((name, value)), OtlpSettings.Traces)).Message,
            StringComparison.Ordinal);

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"OTEL_EXPORTER_OTLP_{setting.Name}", (string?)setting.Value))).Build();
}
