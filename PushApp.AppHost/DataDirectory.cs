using Microsoft.Extensions.Configuration;

namespace PushApp.AppHost;

/// <summary>Where a local run keeps its data.</summary>
internal static class DataDirectory
{
    /// <summary><c>PushApp:DataDirectory</c>, relative to the AppHost's folder; by default <c>.data</c> there.</summary>
    public static string GetDataDirectory(this IDistributedApplicationBuilder builder) =>
        Path.GetFullPath(Path.Combine(builder.AppHostDirectory, builder.Configuration.GetValue("PushApp:DataDirectory", ".data")));

    /// <summary>A folder there, made where it is missing.</summary>
    public static string CreateDataDirectory(this IDistributedApplicationBuilder builder, string name = "")
    {
        var folder = Path.Combine(builder.GetDataDirectory(), name);
        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"The data folder '{folder}' cannot be made: {error.Message} Name one that can be written to: PushApp__DataDirectory=/path.");
        }
    }
}
