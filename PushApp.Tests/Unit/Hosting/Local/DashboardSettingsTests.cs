using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Microsoft.Extensions.Configuration;
using PushApp.LocalHosting.Dashboard;

namespace PushApp.Tests.Unit.Hosting.Local;

public sealed class DashboardSettingsTests
{
    private static readonly (string, string)[] Profile =
    [
        ("ASPNETCORE_URLS", "http://localhost:15080"),
        ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"),
        ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://localhost:15081"),
        ("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "http://localhost:15082"),
        ("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "http://localhost:15083"),
    ];

    [Fact]
    public void Services_get_what_Aspire_gives_them()
    {
        var settings = Read(isDevelopment: true, Profile)!;
        var environment = settings.ServiceEnvironment.ToDictionary();

        Assert.Equal("http://localhost:15081", environment["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("grpc", environment["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal($"x-otlp-api-key={settings.OtlpKey}", environment["OTEL_EXPORTER_OTLP_HEADERS"]);
        Assert.Equal("1000", environment["OTEL_BSP_SCHEDULE_DELAY"]);
        Assert.Equal("1000", environment["OTEL_BLRP_SCHEDULE_DELAY"]);
        Assert.Equal("1000", environment["OTEL_METRIC_EXPORT_INTERVAL"]);
        Assert.Equal($"http://localhost:15080/login?t={settings.BrowserToken}", settings.LoginUrl);
        Assert.NotEqual(Read(isDevelopment: true, Profile)!.BrowserToken, settings.BrowserToken);
        Assert.DoesNotContain("OTEL_BSP_SCHEDULE_DELAY", Read(isDevelopment: false, Profile)!.ServiceEnvironment.ToDictionary().Keys);
    }

    [Fact]
    public void With_only_an_HTTP_endpoint_services_speak_HTTP()
    {
        var environment = Read(isDevelopment: false, [.. Profile.Where(p => p.Item1 != "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL")])!.ServiceEnvironment.ToDictionary();

        Assert.Equal("http://localhost:15082", environment["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("http/protobuf", environment["OTEL_EXPORTER_OTLP_PROTOCOL"]);
    }

    [Fact]
    public void Without_an_address_there_is_none() => Assert.Null(Read(isDevelopment: true));

    [Fact]
    public void Without_TLS_and_without_leave_the_app_does_not_start()
    {
        var exception = Assert.Throws<DistributedApplicationException>(() => Read(isDevelopment: true, Profile[0]));
        Assert.Contains("ASPIRE_ALLOW_UNSECURED_TRANSPORT=true", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://localhost:15080")]
    [InlineData("http://*:15080")]
    [InlineData("http://192.168.1.7:15080")]
    public void Only_loopback_without_TLS_can_be_listened_on(string url)
    {
        var exception = Assert.Throws<DistributedApplicationException>(() => Read(isDevelopment: true, ("ASPNETCORE_URLS", url), Profile[1]));
        Assert.Contains($"ASPNETCORE_URLS is '{url}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_in_use_is_told_in_one_line()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();
        var port = ((IPEndPoint)holder.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
        var settings = Read(isDevelopment: true, ("ASPNETCORE_URLS", $"http://localhost:{port}"), Profile[1])!;

        var exception = Assert.Throws<DistributedApplicationException>(() => settings.CheckPorts("launchSettings.json"));
        Assert.Equal($"Port {port} of the dashboard is in use: end the process that holds it, or choose another port in launchSettings.json.", exception.Message);
    }

    private static DashboardSettings? Read(bool isDevelopment, params (string Key, string Value)[] settings) => DashboardSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value))).Build(), randomizePorts: false, isDevelopment);
}
