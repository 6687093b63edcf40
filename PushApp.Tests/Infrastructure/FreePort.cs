using PushApp.LocalHosting.Network;

namespace PushApp.Tests.Infrastructure;

internal static class FreePort
{
    /// <summary>A port on loopback that was free a moment ago and that no other test of this run was given, nor an engine that runs in it.</summary>
    public static int Next() => LocalPorts.Next();
}
