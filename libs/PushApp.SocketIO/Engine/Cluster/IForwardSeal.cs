namespace PushApp.SocketIO.Engine.Cluster;

/// <summary>Proves that bytes come from a node of this site.</summary>
internal interface IForwardSeal
{
    /// <summary>The bytes and the proof, as a header's value.</summary>
    string Seal(byte[] bytes);

    /// <summary>The bytes; null where the proof is not good.</summary>
    byte[]? Open(string text);
}
