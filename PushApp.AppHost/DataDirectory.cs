using Microsoft.Extensions.Configuration;

namespace PushApp.AppHost;

/// <summary>Where a local run keeps its data.</summary>
internal static class DataDirectory
{
    /// <summary><c>PushApp:DataDirectory</c>, relative to the AppHost's folder; by default <c>.data</c> there.</summary>
    public static string GetDataDirectory(this IDistributedApplicationBuilder builder) =>
        Path.GetFullPath(Path.Combine(builder.AppHostDirectory, builder.Configuration.GetValue("PushApp:DataDirectory", ".data")));
}
