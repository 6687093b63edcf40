namespace PushApp.Push.Redis;

/// <summary>The broker took an event, and fewer replicas have it than <c>Push:AcknowledgeReplicas</c> asks for. Passing: the publisher repeats it, under the same key.</summary>
internal sealed class NotReplicatedException(string reason) : Exception(reason);
