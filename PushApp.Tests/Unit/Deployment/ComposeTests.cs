using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PushApp.Tests.Unit.Deployment;

/// <summary><c>deploy/compose.yaml</c>, as far as it can be checked without an engine.</summary>
public sealed partial class ComposeTests
{
    private static readonly string[] Own = ["pushapp-web", "pushapp-worker"];

    private readonly JsonNode _file = Assert.Single(Manifest.Read("compose.yaml"));
    private readonly string _text = File.ReadAllText(Path.Combine(Manifest.Folder, "compose.yaml"));

    private Dictionary<string, JsonNode> Services => _file.Map("services").ToDictionary(service => service.Key, service => service.Value!);

    [Fact]
    public void Two_nodes_and_two_workers_share_postgres_and_redis_behind_nginx() =>
        Assert.Equal(["nginx", "postgres", "redis", "web-1", "web-2", "worker-1", "worker-2"], Services.Keys.Order());

    [Fact]
    public void Every_reference_leads_to_something()
    {
        var volumes = _file.Map("volumes").Select(volume => volume.Key).ToList();
        foreach (var (name, service) in Services)
        {
            var image = service.Text("image");
            Assert.True(Own.Contains(image) ? _text.Contains($"ContainerRepository={image}", StringComparison.Ordinal) : image.Contains(':'), $"{name}: '{image}' has no tag.");
            Assert.All(Needed(service), needed => Assert.Contains(needed, Services.Keys));
            foreach (var mount in service.List("volumes").Select(volume => volume.GetValue<string>().Split(':')[0]))
            {
                Assert.True(mount.StartsWith('.') ? File.Exists(Path.Combine(Manifest.Folder, mount)) : volumes.Remove(mount), $"{name}: there is no '{mount}', or another has it.");
            }

            // Who waits until another is healthy needs to be told when it is.
            Assert.All(
                service.Map("depends_on").Where(needed => needed.Value.At("condition")?.GetValue<string>() == "service_healthy"),
                needed => Assert.NotEmpty(Services[needed.Key].List("healthcheck.test")));
        }

        Assert.Empty(volumes);
        var nginx = File.ReadAllText(Path.Combine(Manifest.Folder, "nginx", "pushapp.conf"));
        Assert.Equal(
            Services.Keys.Where(name => name.StartsWith("web", StringComparison.Ordinal)).Select(name => $"{name}:8080"), Upstreams().Matches(nginx).Select(match => match.Groups[1].Value));

        static IEnumerable<string> Needed(JsonNode service) => service["depends_on"] is JsonArray list ? list.Select(item => item!.GetValue<string>()) : service.Map("depends_on").Select(item => item.Key);
    }

    [Fact]
    public void Every_variable_of_the_machine_is_set_by_the_commands_at_the_top_or_may_be_missing() =>
        Assert.All(
            Variables().Matches(_text),
            match => Assert.True(match.Groups[2].Value == ":-" || Regex.IsMatch(_text, $"^#   echo {match.Groups[1].Value}=", RegexOptions.Multiline), match.Value));

    [Fact]
    public void Services_environment_is_what_the_app_reads()
    {
        var connections = 0;
        foreach (var service in Services.Values.Where(service => Own.Contains(service.Text("image"))))
        {
            var environment = service.Map("environment").ToDictionary(variable => variable.Key, variable => Variables().Replace(variable.Value!.GetValue<string>(), "secret"));
            AppEnvironment.Check(environment);
            Assert.EndsWith(":8080", environment["ASPNETCORE_URLS"]);
            var (host, port, size) = AppEnvironment.Contacts(environment["ConnectionStrings__contacts"]);
            Assert.Equal(("postgres", 5432), (host, port));
            Assert.StartsWith("redis:6379,", environment["ConnectionStrings__redis"]);
            connections += size;

            // The host's limit for what runs when it is told to stop.
            Assert.True(int.Parse(service.Text("stop_grace_period").TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture) > 30);
        }

        Assert.InRange(connections, 1, MaxConnections(Services["postgres"].List("command")) - 10);
    }

    internal static int MaxConnections(IEnumerable<JsonNode> arguments) => int.Parse(
        arguments.Select(argument => argument.GetValue<string>()).Single(argument => argument.StartsWith("max_connections=", StringComparison.Ordinal)).Split('=')[1],
        System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<!\$)\$\{([A-Z0-9_]+)(:[-?])?[^}]*\}")]
    private static partial Regex Variables();

    [GeneratedRegex(@"^\s*server (\S+) ", RegexOptions.Multiline)]
    private static partial Regex Upstreams();
}
