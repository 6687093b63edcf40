namespace PushApp.Broker;

/// <summary>The folder with the data, held against a second broker: two on one folder destroy it.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(FileStream held) => _lock = held;

    /// <summary>Makes the folder if it is missing, and takes it.</summary>
    /// <exception cref="IOException">Another broker has it.</exception>
    public static DataFolder Open(string path)
    {
        Directory.CreateDirectory(path);
        try
        {
            // The lock goes with the process, however that ends.
            return new DataFolder(new FileStream(Path.Combine(path, "broker.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception)
        {
            throw new IOException($"the data folder {path} is in use by another broker ({exception.Message}). End that one, or choose another folder with --data-dir.", exception);
        }
    }

    public void Dispose() => _lock.Dispose();
}
