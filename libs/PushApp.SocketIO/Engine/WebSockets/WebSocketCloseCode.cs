using System.Buffers.Binary;
using System.Text.Unicode;

namespace PushApp.SocketIO.Engine.WebSockets;

/// <summary>Why a side closes (https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1).</summary>
internal static class WebSocketCloseCode
{
    /// <summary>Sent as a close frame without a code.</summary>
    public const ushort None = 0;

    public const ushort ProtocolError = 1002;

    public const ushort InvalidText = 1007;

    public const ushort TooBig = 1009;

    /// <summary>The code of a close frame; <see cref="None"/> for one without.</summary>
    public static ushort Read(ReadOnlySpan<byte> payload) => payload.Length < 2 ? None : BinaryPrimitives.ReadUInt16BigEndian(payload);

    /// <summary>What is wrong with a client's close frame: half a code or one that may not be sent, or a reason that is no text. <see cref="None"/>: nothing.</summary>
    public static ushort Check(ReadOnlySpan<byte> payload) =>
        payload.IsEmpty ? None
        : payload.Length == 1 || !MayBeSent(Read(payload)) ? ProtocolError
        : !Utf8.IsValid(payload[2..]) ? InvalidText
        : None;

    // 1004 has no meaning; 1005, 1006 and 1015 stand for what no frame says. From 3000 on they are the applications'.
    private static bool MayBeSent(ushort code) => code is (>= 1000 and <= 1014 and not (1004 or 1005 or 1006)) or (>= 3000 and <= 4999);
}
