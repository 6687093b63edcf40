using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PushApp.Tests.Unit.Deployment;

/// <summary><c>deploy/kubernetes</c>, as far as it can be checked without a cluster.</summary>
public sealed partial class KubernetesTests
{
    private const string Kustomization = "kustomization.yaml";

    private static readonly string[] Own = ["pushapp-web", "pushapp-worker"];

    // The host's limit for what runs when it is told to stop.
    private const int HostLimitSeconds = 30;

    private readonly JsonNode _kustomization = Assert.Single(Read(Kustomization));
    private readonly List<JsonNode> _objects;

    public KubernetesTests() => _objects = [.. _kustomization.List("resources").SelectMany(file => Read(file.GetValue<string>()))];

    private IEnumerable<JsonNode> Workloads => _objects.Where(o => o.At("spec.template") is not null);

    [Fact]
    public void Every_file_is_named_once_and_every_object_has_its_name()
    {
        var files = Directory.GetFiles(Path.Combine(Manifest.Folder, "kubernetes"), "*.yaml").Select(Path.GetFileName).Where(file => file != Kustomization).Order();
        Assert.Equal(files, _kustomization.List("resources").Select(file => file.GetValue<string>()).Order());
        Assert.All(_objects, o => Assert.NotEmpty(o.Text("apiVersion")));
        var names = _objects.Select(o => $"{o.Text("kind")}/{o.Text("metadata.name")}").ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.Contains($"Namespace/{_kustomization.Text("namespace")}", names);
        Assert.Equal(["redis:1", "postgres:1", "web:2", "worker:2"], Workloads.Select(o => $"{o.Text("metadata.name")}:{o.Text("spec.replicas")}"));
    }

    [Fact]
    public void Selectors_ports_and_backends_lead_to_something()
    {
        foreach (var workload in Workloads)
        {
            Assert.True(workload.At("spec.selector.matchLabels").Selects(workload.At("spec.template.metadata.labels")), workload.Text("metadata.name"));
            Assert.All(workload.List("spec.template.spec.topologySpreadConstraints"), spread => Assert.True(spread.At("labelSelector.matchLabels").Selects(workload.At("spec.template.metadata.labels"))));
        }

        foreach (var service in OfKind("Service"))
        {
            var container = ContainerOf(service);
            Assert.All(service.List("spec.ports"), port => Assert.Contains(port.Text("targetPort"), container.List("ports").Select(p => p.Text("name"))));
        }

        Assert.All(OfKind("PodDisruptionBudget"), budget => Assert.Contains(Workloads, workload => budget.At("spec.selector.matchLabels").Selects(workload.At("spec.template.metadata.labels"))));
        Assert.All(OfKind("StatefulSet"), set => Assert.Contains(set.Text("spec.serviceName"), OfKind("Service").Select(service => service.Text("metadata.name"))));
        var backends = OfKind("Ingress").SelectMany(ingress => ingress.List("spec.rules")).SelectMany(rule => rule.List("http.paths")).Select(path => path.At("backend.service")).ToList();
        Assert.NotEmpty(backends);
        Assert.All(backends, backend => Assert.Contains(backend.Text("port.name"), Service(backend.Text("name")).List("spec.ports").Select(port => port.Text("name"))));
    }

    [Fact]
    public void Images_volumes_settings_and_secrets_are_there()
    {
        var images = _kustomization.List("images").Select(image => image.Text("name")).ToList();
        Assert.Equal(Own, images.Order());
        Assert.All(_kustomization.List("images"), image => Assert.NotEmpty(image.Text("newTag")));
        var generator = Assert.Single(_kustomization.List("secretGenerator"));
        var secrets = File.ReadLines(Path.Combine(Manifest.Folder, "kubernetes", "secrets.env.example")).Select(line => line.Split('=')[0]).ToList();
        foreach (var workload in Workloads)
        {
            var pod = workload.At("spec.template.spec");
            var volumes = pod.List("volumes").Select(volume => volume.Text("name")).Concat(workload.List("spec.volumeClaimTemplates").Select(claim => claim.Text("metadata.name"))).ToList();
            foreach (var container in pod.List("containers"))
            {
                Assert.True(images.Contains(container.Text("image")) || container.Text("image").Contains(':'), container.Text("image"));
                Assert.Equal(volumes.Order(), container.List("volumeMounts").Select(mount => mount.Text("name")).Order());
                Assert.All(container.List("envFrom"), from => Assert.Contains(from.Text("configMapRef.name"), OfKind("ConfigMap").Select(map => map.Text("metadata.name"))));
                foreach (var reference in container.List("env").Select(variable => variable.At("valueFrom.secretKeyRef")).Where(reference => reference is not null))
                {
                    Assert.Equal(generator.Text("name"), reference.Text("name"));
                    Assert.Contains(reference.Text("key"), secrets);
                }
            }
        }
    }

    [Fact]
    public void Services_environment_is_what_the_app_reads_and_names_what_is_there()
    {
        var connections = 0;
        foreach (var workload in OwnWorkloads())
        {
            var container = Assert.Single(workload.List("spec.template.spec.containers"));
            var environment = Environment(container, out var parts);
            AppEnvironment.Check(environment, parts);
            var (host, port, size) = AppEnvironment.Contacts(environment["ConnectionStrings__contacts"]);
            Assert.Contains(Service(host).List("spec.ports"), p => p.Text("port") == port.ToString(CultureInfo.InvariantCulture));
            var redis = StackExchange.Redis.ConfigurationOptions.Parse(environment["ConnectionStrings__redis"]).EndPoints.OfType<System.Net.DnsEndPoint>().Single();
            Assert.Contains(Service(redis.Host).List("spec.ports"), p => p.Text("port") == redis.Port.ToString(CultureInfo.InvariantCulture));
            Assert.Equal($"http://0.0.0.0:{container.List("ports").Single().Text("containerPort")}", environment["ASPNETCORE_URLS"]);
            if (environment.TryGetValue("SocketIO__Cluster__Address", out var address))
            {
                Assert.EndsWith($":{container.List("ports").Single().Text("containerPort")}", address);
            }

            connections += size * (int.Parse(workload.Text("spec.replicas"), CultureInfo.InvariantCulture) + int.Parse(workload.Text("spec.strategy.rollingUpdate.maxSurge"), CultureInfo.InvariantCulture));
        }

        Assert.InRange(connections, 1, ComposeTests.MaxConnections(ContainerOf(Service("postgres")).List("args")) - 10);
    }

    [Fact]
    public void Probes_ask_what_the_app_answers_and_a_node_has_the_time_to_leave()
    {
        foreach (var workload in OwnWorkloads())
        {
            var pod = workload.At("spec.template.spec");
            var container = Assert.Single(pod.List("containers"));
            var ports = container.List("ports").Select(port => port.Text("name"));
            Assert.Equal(("/alive", "/health", "/alive"), (container.Text("startupProbe.httpGet.path"), container.Text("readinessProbe.httpGet.path"), container.Text("livenessProbe.httpGet.path")));
            Assert.All((string[])["startupProbe", "readinessProbe", "livenessProbe"], probe => Assert.Contains(container.Text($"{probe}.httpGet.port"), ports));
            var wait = int.Parse(container.At("lifecycle.preStop.sleep.seconds")?.GetValue<string>() ?? "0", CultureInfo.InvariantCulture);
            Assert.True(int.Parse(pod.Text("terminationGracePeriodSeconds"), CultureInfo.InvariantCulture) > wait + HostLimitSeconds);
        }
    }

    [Fact]
    public void Ingress_hands_streams_on_at_once_and_outwaits_their_silence()
    {
        var annotations = Assert.Single(OfKind("Ingress")).Map("metadata.annotations").ToDictionary(a => a.Key.Split('/')[1], a => a.Value!.GetValue<string>());

        Assert.Equal(("off", "off", "1.1"), (annotations["proxy-buffering"], annotations["proxy-request-buffering"], annotations["proxy-http-version"]));
        var silence = new PushApp.SocketIO.SocketIOOptions().Engine.PingInterval + new PushApp.SocketIO.SocketIOOptions().Engine.PingTimeout;
        Assert.All((string[])["proxy-read-timeout", "proxy-send-timeout"], name => Assert.True(int.Parse(annotations[name], CultureInfo.InvariantCulture) > silence.TotalSeconds));
        Assert.DoesNotContain("affinity", annotations.Keys);
    }

    private static IReadOnlyList<JsonNode> Read(string file) => Manifest.Read(Path.Combine("kubernetes", file));

    private IEnumerable<JsonNode> OfKind(string kind) => _objects.Where(o => o.Text("kind") == kind);

    private List<JsonNode> OwnWorkloads()
    {
        var own = Workloads.Where(o => o.List("spec.template.spec.containers").Any(container => Own.Contains(container.Text("image")))).ToList();
        Assert.Equal(2, own.Count);
        return own;
    }

    private JsonNode Service(string name) => Assert.Single(OfKind("Service"), service => service.Text("metadata.name") == name);

    private JsonNode ContainerOf(JsonNode service) => Assert.Single(
        Assert.Single(Workloads, workload => service.At("spec.selector").Selects(workload.At("spec.template.metadata.labels"))).List("spec.template.spec.containers"));

    // As the kubelet makes it: those of the config map, then the container's own in order, in which $(NAME) stands for one before it.
    private Dictionary<string, string> Environment(JsonNode container, out List<string> parts)
    {
        var environment = new Dictionary<string, string>();
        foreach (var map in container.List("envFrom").Select(from => from.Text("configMapRef.name")))
        {
            foreach (var (name, value) in Assert.Single(OfKind("ConfigMap"), o => o.Text("metadata.name") == map).Map("data"))
            {
                environment[name] = value!.GetValue<string>();
            }
        }

        var used = new List<string>();
        foreach (var variable in container.List("env"))
        {
            environment[variable.Text("name")] = variable["valueFrom"] is not null
                ? "10.0.0.7"
                : References().Replace(variable.Text("value"), match =>
                {
                    used.Add(match.Groups[1].Value);
                    return environment[match.Groups[1].Value];
                });
        }

        Assert.All(container.List("env").Where(variable => variable["valueFrom"] is not null), variable => Assert.Contains(variable.Text("name"), used));
        parts = used;
        return environment;
    }

    [GeneratedRegex(@"\$\(([A-Za-z0-9_]+)\)")]
    private static partial Regex References();
}
