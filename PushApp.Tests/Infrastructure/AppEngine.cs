namespace PushApp.Tests.Infrastructure;

/// <summary>What runs the AppHost in this build of the tests. No constants: what is behind a question of them would be unreachable code in one of the builds.</summary>
internal static class AppEngine
{
#if USE_ASPIRE
    public static bool IsAspire => true;
#else
    public static bool IsAspire => false;
#endif

    /// <summary>For tests that end a replica's own process by its id.</summary>
    public static void RequireOwnProcesses() =>
        Assert.SkipWhen(IsAspire, "Aspire starts a service by 'dotnet run' and gives replicas names of its own: what it tells the id of is not the service's process.");
}
