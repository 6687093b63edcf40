namespace PushApp.Tests.Infrastructure;

/// <summary>What runs the AppHost in this build of the tests.</summary>
internal static class AppEngine
{
#if USE_ASPIRE
    public const bool IsAspire = true;
#else
    public const bool IsAspire = false;
#endif

    /// <summary>For tests that end a replica's own process by its id.</summary>
    public static void RequireOwnProcesses() =>
        Assert.SkipWhen(IsAspire, "Aspire starts a service by 'dotnet run' and gives replicas names of its own: what it tells the id of is not the service's process.");
}
