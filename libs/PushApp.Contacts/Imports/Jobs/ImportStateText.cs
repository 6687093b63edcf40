namespace PushApp.Contacts;

/// <summary>The states' names in the database, in JSON and in events.</summary>
public static class ImportStateText
{
    /// <summary>The name, as in <c>running</c>.</summary>
    public static string ToText(this ImportState state) => state switch
    {
        ImportState.Uploading => "uploading",
        ImportState.Queued => "queued",
        ImportState.Running => "running",
        ImportState.Completed => "completed",
        ImportState.Failed => "failed",
        ImportState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No state of an import."),
    };

    /// <summary>Whether the import will never change again.</summary>
    public static bool IsFinal(this ImportState state) => state is ImportState.Completed or ImportState.Failed or ImportState.Cancelled;

    internal static ImportState Parse(string text) => text switch
    {
        "uploading" => ImportState.Uploading,
        "queued" => ImportState.Queued,
        "running" => ImportState.Running,
        "completed" => ImportState.Completed,
        "failed" => ImportState.Failed,
        "cancelled" => ImportState.Cancelled,
        _ => throw new FormatException($"'{text}' is no state of an import."),
    };
}
