namespace PushApp.Contacts;

/// <summary>Reads the pieces of one uploaded file, on a connection of its own. Not thread-safe.</summary>
internal interface IImportChunkReader : IDisposable
{
    /// <summary>A piece, by its number; null when it is gone.</summary>
    byte[]? Read(int number);
}
