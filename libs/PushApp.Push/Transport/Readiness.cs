namespace PushApp.Push.Transport;

/// <summary>What a descriptor is ready for, with the values of <see href="https://man7.org/linux/man-pages/man2/epoll_ctl.2.html">epoll_ctl(2)</see>.</summary>
[Flags]
internal enum Readiness : uint
{
    Readable = 0x1,
    Writable = 0x4,
    Failed = 0x8,
    HungUp = 0x10,

    /// <summary>The peer sends no more.</summary>
    PeerClosed = 0x2000,

    /// <summary>Nothing more comes, or goes.</summary>
    Ended = Failed | HungUp | PeerClosed,
}
