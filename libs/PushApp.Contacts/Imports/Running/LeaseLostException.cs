namespace PushApp.Contacts;

/// <summary>The job is no longer this worker's: it was cancelled, or its lease ran out. Nothing was written.</summary>
internal sealed class LeaseLostException() : Exception("The import is no longer this worker's.");
