namespace PushApp.AppHost;

/// <summary>How redis-server is run: nothing that it acknowledged is lost when it is killed.</summary>
internal static class RedisConfiguration
{
    /// <summary>Writes the file, readable by this user only: a password on a command line could be read by all.</summary>
    /// <returns>Its path.</returns>
    public static string Write(string directory, string password)
    {
        var path = Path.Combine(directory, "redis.conf");
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write($"""
            bind 127.0.0.1
            dir "{directory}"
            requirepass {password}
            appendonly yes
            appendfsync always
            save ""
            """);
        return path;
    }
}
