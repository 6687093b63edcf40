namespace PushApp.SocketIO.Protocol;

/// <summary>What a client's packets may cost before they are refused.</summary>
/// <param name="MaxAttachments">Attachments of one packet.</param>
/// <param name="MaxJsonDepth">How deep its JSON may be.</param>
/// <param name="MaxQueryLength">Bytes of the query, with its <c>?</c>, that may stand behind a namespace; 0 where there is no such thing, and the name may hold a <c>?</c>.</param>
internal sealed record PacketLimits(int MaxAttachments = 10, int MaxJsonDepth = 64, int MaxQueryLength = 0)
{
    /// <summary>Characters of a namespace.</summary>
    public const int MaxNamespaceLength = 256;

    /// <summary><see cref="MaxQueryLength"/> of clients of protocol 3: room for a token.</summary>
    public const int LegacyQueryLength = 4096;

    /// <summary>Digits of an acknowledgement's id: what a JavaScript number holds exactly.</summary>
    public const int MaxAckIdDigits = 15;
}
