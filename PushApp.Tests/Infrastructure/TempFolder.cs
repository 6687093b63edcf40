namespace PushApp.Tests.Infrastructure;

/// <summary>A folder of the test's own, deleted with its contents at the end.</summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder(string purpose = "test") => Path = Directory.CreateTempSubdirectory($"pushapp-{purpose}-").FullName;

    public string Path { get; }

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test deleted it.
        }
    }
}
