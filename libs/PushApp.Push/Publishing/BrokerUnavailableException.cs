namespace PushApp.Push;

/// <summary>The broker did not acknowledge in time. Whether the event was published is unknown; repeat it with the same idempotency key.</summary>
public sealed class BrokerUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
