using System.Reflection;

namespace PushApp.Tests.Infrastructure;

/// <summary>Where the build put the app's programs; PushApp.Tests.csproj notes it down in this assembly.</summary>
internal static class BuiltProject
{
    /// <summary>The DLL of a project, such as <c>PushApp.Web</c>.</summary>
    public static string Dll(string name) => Metadata($"ProjectDll:{name}");

    /// <summary>The folder of a project, such as <c>PushApp.Web</c>: services are started there.</summary>
    public static string Folder(string name) => Path.GetDirectoryName(Metadata($"ProjectFile:{name}"))!;

    private static string Metadata(string key) =>
        typeof(BuiltProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value
        ?? throw new InvalidOperationException($"{key} is not noted in the test assembly: reference that project in PushApp.Tests.csproj.");
}
