namespace PushApp.Bench.CommandLine;

/// <summary>A command line that cannot be understood; ends the program with code 2 and the message.</summary>
internal sealed class UsageException(string message) : Exception(message);
