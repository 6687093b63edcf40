namespace PushApp.Dashboard.Resources;

/// <summary>How a resource's state is shown.</summary>
/// <param name="Tone"><c>good</c>, <c>weak</c>, <c>bad</c>, <c>busy</c> (on its way) or <c>quiet</c>.</param>
/// <param name="Text">In words.</param>
internal readonly record struct ResourceState(string Tone, string Text)
{
    /// <summary>So long after its start a process that does not answer yet is on its way, and not in trouble.</summary>
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);

    /// <summary>Whether its health checks say nothing to rely on yet.</summary>
    public bool IsBusy => Tone == "busy";

    /// <summary>Of what the AppHost says of it.</summary>
    /// <param name="state">Running, Exited, …</param>
    /// <param name="health">The worst of its health checks; null where they were not asked yet.</param>
    /// <param name="exitCode">Of one that has ended.</param>
    /// <param name="age">The time since its process was started.</param>
    public static ResourceState Of(string state, string? health, int? exitCode, TimeSpan? age) => (state, health) switch
    {
        ("Running", "Healthy") => new("good", "Running · Healthy"),
        ("Running", "Degraded") => new("weak", "Running · Degraded"),
        ("Running", null) => new("busy", "Running · not ready yet"),
        ("Running", _) when age < StartTime => new("busy", "Running · not ready yet"),
        ("Running", _) => new("bad", $"Running · {health}"),
        ("Exited", _) when exitCode is { } code => new("bad", $"Exited ({code})"),
        ("Exited" or "FailedToStart", _) => new("bad", state),
        ("Finished" or "NotStarted", _) => new("quiet", state),
        _ => new("busy", state),
    };
}
