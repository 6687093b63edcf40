using PushApp.Push.Redis;

namespace PushApp.Push.Presence;

/// <summary>The Lua scripts of presence.</summary>
internal static class PresenceScripts
{
    private static readonly string Members = $"{RedisScript.Load("prelude.lua")}\n{RedisScript.Load("presence.lua")}\n";

    public static string Update { get; } = Members + RedisScript.Load("presence-update.lua");

    public static string Evict { get; } = Members + RedisScript.Load("presence-evict.lua");

    public static string Renew { get; } = $"{RedisScript.Load("prelude.lua")}\n{RedisScript.Load("presence-renew.lua")}";

    public static string Claim { get; } = $"{RedisScript.Load("prelude.lua")}\n{RedisScript.Load("presence-claim.lua")}";

    public static string Swept { get; } = RedisScript.Load("presence-swept.lua");
}
