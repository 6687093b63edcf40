using System.Reflection;

namespace PushApp.Push.Redis;

/// <summary>The Lua scripts, embedded in this assembly. StackExchange.Redis loads each once per server and sends its hash after that.</summary>
internal static class RedisScript
{
    private static readonly string Prelude = Load("prelude.lua");

    public static string Append { get; } = Prelude + Load("append.lua");

    public static string Read { get; } = Prelude + Load("read.lua");

    public static string Heads { get; } = Prelude + Load("heads.lua");

    public static string Purge { get; } = Prelude + Load("purge.lua");

    /// <summary>append.lua as a function, called where the lease is held.</summary>
    public static string InteropAppend { get; } = $"{Prelude}\nlocal function append()\n{Load("append.lua")}\nend\n{Load("interop-append.lua")}";

    public static string InteropAcquire { get; } = $"{Prelude}\n{Load("interop-acquire.lua")}";

    public static string InteropRelease { get; } = Load("interop-release.lua");

    internal static string Load(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The script '{name}' is not embedded in PushApp.Push.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
