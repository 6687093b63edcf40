using PushApp.LocalHosting.Dashboard;

namespace PushApp.LocalHosting.Engine;

/// <summary>How this run differs from another.</summary>
internal sealed class EngineOptions
{
    /// <summary>Ports from launch profiles are replaced by free ones: tests run side by side.</summary>
    public bool RandomizePorts { get; init; }

    /// <summary>Nothing is printed: a test reads states and logs from the services.</summary>
    public bool Quiet { get; init; }

    /// <summary>Where projects were built to.</summary>
    public required BuiltPrograms ProgramOf { get; init; }

    /// <summary>Where the dashboard is and its keys; null: there is none.</summary>
    public DashboardSettings? Dashboard { get; init; }

    /// <summary>How long a process may take to end after SIGTERM.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(10);
}
