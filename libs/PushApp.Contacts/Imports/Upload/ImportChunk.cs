namespace PushApp.Contacts;

/// <summary>A piece of an uploaded file. Pieces are numbered from 0 without a gap.</summary>
internal sealed class ImportChunk
{
    public long JobNumber { get; init; }

    public int Number { get; init; }

    public required byte[] Data { get; init; }
}
