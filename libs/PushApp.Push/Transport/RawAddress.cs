using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace PushApp.Push.Transport;

/// <summary>Reads struct sockaddr_in and sockaddr_in6 (<see href="https://man7.org/linux/man-pages/man7/ipv6.7.html">ipv6(7)</see>).</summary>
internal static class RawAddress
{
    public const int MaxLength = 28;

    private const ushort Inet = 2;
    private const ushort Inet6 = 10;

    public static IPEndPoint? Read(ReadOnlySpan<byte> address)
    {
        if (address.Length < 16)
        {
            return null;
        }

        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return MemoryMarshal.Read<ushort>(address) switch
        {
            Inet => new IPEndPoint(new IPAddress(address.Slice(4, 4)), port),
            Inet6 when address.Length >= MaxLength => new IPEndPoint(new IPAddress(address.Slice(8, 16), MemoryMarshal.Read<uint>(address[24..])), port),
            _ => null,
        };
    }
}
