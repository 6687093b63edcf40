namespace PushApp.Contacts;

internal static class AssemblyMarker;
