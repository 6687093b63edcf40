namespace PushApp.Tests.Infrastructure;

/// <summary>A PATH on which all programs are found but one.</summary>
internal static class PathWithout
{
    /// <summary>Makes it: folders that have the program are replaced by one of links to everything else in them.</summary>
    /// <param name="program">The program that is not to be found.</param>
    /// <param name="folder">Where the links go.</param>
    public static string Program(string program, TempFolder folder)
    {
        var links = Directory.CreateDirectory(folder.Combine($"path-without-{program}")).FullName;
        var kept = new List<string>();
        foreach (var place in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Directory.Exists))
        {
            if (!File.Exists(Path.Combine(place, program)))
            {
                kept.Add(place);
                continue;
            }

            foreach (var file in Directory.EnumerateFileSystemEntries(place))
            {
                var link = Path.Combine(links, Path.GetFileName(file));
                if (Path.GetFileName(file) != program && !File.Exists(link) && !Directory.Exists(link))
                {
                    File.CreateSymbolicLink(link, file);
                }
            }
        }

        return string.Join(Path.PathSeparator, [links, .. kept]);
    }
}
