using Microsoft.Extensions.Configuration;

namespace PushApp.AppHost;

/// <summary>Where a local run keeps its data.</summary>
internal static class DataDirectory
{
    /// <summary><c>PushApp:DataDirectory</c>, relative to the AppHost's folder; by default <c>.data</c> there.</summary>
    public static string GetDataDirectory(this IDistributedApplicationBuilder builder) =>
        Path.GetFullPath(Path.Combine(builder.AppHostDirectory, builder.Configuration.GetValue("PushApp:DataDirectory", ".data")));

    /// <summary>A folder there, made where it is missing, for this user alone: the database has the keys that sign cookies.</summary>
    public static string CreateDataDirectory(this IDistributedApplicationBuilder builder, string name = "")
    {
        var folder = Path.Combine(builder.GetDataDirectory(), name);
        try
        {
            // Each by itself, as those on the way get the usual mode.
            Create(builder.GetDataDirectory());
            return Create(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"The data folder '{folder}' cannot be made: {error.Message} Name one that can be written to: PushApp__DataDirectory=/path.");
        }
    }

    private static string Create(string folder) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(folder).FullName
        : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
}
