using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Report;

/// <summary>
/// A Markdown file of which this program writes marked sections and people write the rest: what stands between <c>&lt;!-- bench:name --&gt;</c> and
/// <c>&lt;!-- /bench:name --&gt;</c> is replaced; a section that is missing is added at the end.
/// </summary>
internal static class Document
{
    public static void Write(string file, string title, string section, string text)
    {
        var begin = $"<!-- bench:{section} -->";
        var end = $"<!-- /bench:{section} -->";
        var block = $"{begin}\n{text.Trim()}\n{end}";
        var content = File.Exists(file) ? File.ReadAllText(file) : $"# {title}\n";
        var from = content.IndexOf(begin, StringComparison.Ordinal);
        var to = content.IndexOf(end, StringComparison.Ordinal);
        if ((from < 0) != (to < 0) || to < from)
        {
            throw new BenchFailureException($"{file} has only one of the marks '{begin}' and '{end}'; put the other back or remove it.");
        }

        content = from < 0 ? $"{content.TrimEnd()}\n\n{block}\n" : content[..from] + block + content[(to + end.Length)..];
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, content);
    }

    /// <summary>The repository's docs folder, looked for upwards from the working directory.</summary>
    public static string DocsFile(string name)
    {
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PushApp.sln")))
            {
                return Path.Combine(folder.FullName, "docs", name);
            }
        }

        throw new BenchFailureException($"docs/{name} was not found from the working directory upwards; run this in the repository, or name the file with --output.");
    }
}
