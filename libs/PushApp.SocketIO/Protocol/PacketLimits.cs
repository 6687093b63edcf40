namespace PushApp.SocketIO.Protocol;

/// <summary>What a client's packets may cost before they are refused.</summary>
internal sealed record PacketLimits(int MaxAttachments = 10, int MaxJsonDepth = 64)
{
    /// <summary>Characters of a namespace.</summary>
    public const int MaxNamespaceLength = 256;

    /// <summary>Digits of an acknowledgement's id: what a JavaScript number holds exactly.</summary>
    public const int MaxAckIdDigits = 15;
}
