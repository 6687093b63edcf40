using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using PushApp.Push.Inspection;

namespace PushApp.Tests.Unit.Push.Inspection;

public sealed class NodeNameTests
{
    [Theory]
    [InlineData("web", "service.instance.id=web-1", "web-1")]
    [InlineData("worker", "service.instance.id=worker", "worker")]
    [InlineData("web", "deployment.environment=test, service.instance.id=0f8b2c4e-1a2b-4c3d-9e8f-001122334455", "web-0f8b2c4e")]
    [InlineData(null, "service.name=shop%20front,service.instance.id=7", "shop-front-7")]
    [InlineData("{web}@1", "service.instance.id={web}@1", "-web--1")]
    public void Node_is_called_as_its_telemetry_is(string? service, string attributes, string known)
    {
        Assert.Equal(known, NodeName.Known(Name(service, attributes).Value));
    }

    [Fact]
    public void Without_telemetrys_names_the_application_and_a_part_of_its_own_tell_it_from_others()
    {
        var (first, second) = (Name(null, null), Name(null, null));

        Assert.Equal("PushApp.Web", first.Service);
        Assert.StartsWith("PushApp.Web-", first.Value, StringComparison.Ordinal);
        Assert.NotEqual(NodeName.Known(first.Value), NodeName.Known(second.Value));
    }

    [Fact]
    public void The_same_node_started_again_is_another_to_those_who_ask()
    {
        Assert.NotEqual(Name("web", "service.instance.id=web-1").Value, Name("web", "service.instance.id=web-1").Value);
    }

    private static NodeName Name(string? service, string? attributes) => new(
        new ConfigurationBuilder().AddInMemoryCollection([new("OTEL_SERVICE_NAME", service), new("OTEL_RESOURCE_ATTRIBUTES", attributes)]).Build(),
        new HostingEnvironment { ApplicationName = "PushApp.Web" });
}
