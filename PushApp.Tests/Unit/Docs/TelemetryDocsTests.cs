using System.Text.RegularExpressions;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Unit.Docs;

/// <summary>What the services call their metrics and attributes, against what the docs call them.</summary>
public sealed partial class TelemetryDocsTests
{
    private static readonly string[] Pages = ["telemetry.md", "socketio.md"];
    private static readonly string Root = Path.GetFullPath(Path.Combine(BuiltProject.Folder("PushApp.Web"), ".."));

    [Fact]
    public void Every_metric_and_attribute_of_the_code_is_in_the_docs() => Assert.Empty(InCode().Except(InDocs()).Order());

    [Fact]
    public void Every_metric_and_attribute_of_the_docs_is_in_the_code() => Assert.Empty(InDocs().Except(InCode()).Order());

    private static HashSet<string> InCode()
    {
        string[] folders = ["libs", "PushApp.Web", "PushApp.ImportWorker", "PushApp.ServiceDefaults"];
        var sources = folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => !Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "node_modules"));
        return [.. sources.SelectMany(path => Literal().Matches(File.ReadAllText(path))).Select(match => match.Groups[1].Value)];
    }

    private static HashSet<string> InDocs() =>
        [.. Pages.SelectMany(name => Code().Matches(File.ReadAllText(Path.Combine(Root, "docs", name)))).Select(match => match.Groups[1].Value)];

    // A whole literal, or a whole `…`: names of one word are no metrics nor attributes of ours.
    [GeneratedRegex("\"((?:pushapp|messaging|db|rpc|session|user|user_agent|error)\\.[a-z_]+(?:\\.[a-z_]+)*)\"")]
    private static partial Regex Literal();

    [GeneratedRegex("`((?:pushapp|messaging|db|rpc|session|user|user_agent|error)\\.[a-z_]+(?:\\.[a-z_]+)*)`")]
    private static partial Regex Code();
}
