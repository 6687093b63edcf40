using Google.Protobuf;

namespace PushApp.Dashboard.Store;

/// <summary>Ids as people and URLs write them.</summary>
internal static class Hex
{
    public static string Of(ByteString id) => id.IsEmpty || id.Span.IndexOfAnyExcept((byte)0) < 0 ? "" : Convert.ToHexStringLower(id.Span);
}
