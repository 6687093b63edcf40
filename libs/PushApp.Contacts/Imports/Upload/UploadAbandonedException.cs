namespace PushApp.Contacts;

/// <summary>An upload was removed while it went on: nothing had come for too long, or its owner cancelled it.</summary>
public sealed class UploadAbandonedException() : Exception("The upload was cancelled, or nothing came for too long. Upload the file again.");
