namespace PushApp.Push.Redis;

/// <summary>The broker took an event and was started again before it was on disk: it has it no more. Passing: the publisher repeats it.</summary>
internal sealed class EventForgottenException() : Exception("The broker was started again between taking the event and writing it to disk, and has it no more.");
