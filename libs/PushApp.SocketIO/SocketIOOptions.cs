namespace PushApp.SocketIO;

/// <summary>Everything that can be set about PushApp.SocketIO; section <c>SocketIO</c> of the configuration. Validated at start.</summary>
public sealed class SocketIOOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "SocketIO";

    /// <summary>The transport below: Engine.IO.</summary>
    public EngineOptions Engine { get; set; } = new();
}
