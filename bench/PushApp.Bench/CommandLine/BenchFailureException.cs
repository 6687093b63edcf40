namespace PushApp.Bench.CommandLine;

/// <summary>A run that could not be finished or whose outcome is wrong; the message is all that a person needs, so it is printed without a stack trace.</summary>
internal sealed class BenchFailureException(string message, Exception? innerException = null) : Exception(message, innerException);
