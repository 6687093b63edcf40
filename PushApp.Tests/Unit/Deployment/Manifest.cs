using System.Text.Json.Nodes;
using PushApp.Tests.Infrastructure;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace PushApp.Tests.Unit.Deployment;

/// <summary>The YAML documents of <c>deploy/</c>, read as any YAML 1.1 parser reads them: a key that is there twice, an anchor that is not there, or wrong indentation fails.</summary>
internal static class Manifest
{
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(BuiltProject.Folder("PushApp.Web"), "..", "deploy"));

    /// <summary>The documents of a file; all values are texts.</summary>
    public static IReadOnlyList<JsonNode> Read(string path)
    {
        using var text = File.OpenText(Path.Combine(Folder, path));
        var parser = new MergingParser(new Parser(text));
        var read = new DeserializerBuilder().WithDuplicateKeyChecking().Build();
        var write = new SerializerBuilder().JsonCompatible().Build();
        var documents = new List<JsonNode>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            documents.Add(JsonNode.Parse(write.Serialize(read.Deserialize<object>(parser)!))!);
        }

        return documents;
    }

    /// <summary>What stands at a path of names, as in <c>spec.template.spec</c>; null where it ends before.</summary>
    public static JsonNode? At(this JsonNode? node, string path) =>
        path.Split('.').Aggregate(node, (current, name) => (current as JsonObject)?[name]);

    /// <summary>A text that must be there.</summary>
    public static string Text(this JsonNode? node, string path) =>
        node.At(path)?.GetValue<string>() ?? throw new InvalidOperationException($"There is no '{path}' in {node?.ToJsonString()}");

    /// <summary>A list; empty where there is none.</summary>
    public static IEnumerable<JsonNode> List(this JsonNode? node, string path) => (node.At(path) as JsonArray)?.Select(item => item!) ?? [];

    /// <summary>The names and values of a mapping; empty where there is none.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Map(this JsonNode? node, string path) => node.At(path) as JsonObject ?? [];

    /// <summary>Whether all of a selector's labels are among some.</summary>
    public static bool Selects(this JsonNode? selector, JsonNode? labels) =>
        selector is JsonObject wanted && wanted.Count > 0 && wanted.All(label => labels?[label.Key]?.GetValue<string>() == label.Value!.GetValue<string>());
}
