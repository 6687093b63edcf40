using System.Text.Json.Serialization;

namespace PushApp.Push.Inspection;

/// <summary>Whether a process works.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodeState>))]
public enum NodeState
{
    /// <summary>It does.</summary>
    Running,

    /// <summary>It was told to stop, takes nothing new, and brings to its end what it has begun.</summary>
    Stopping,

    /// <summary>It said that it stops now. One that is killed cannot say so, and is no longer heard of.</summary>
    Stopped,
}
