namespace PushApp.Push;

/// <summary>Work that outlives whoever begins it.</summary>
internal static class Background
{
    /// <summary>
    /// Runs it on the thread pool, apart from the caller's context: what a process does from its first stream on is not part of that request's trace, nor of its log scopes, and keeps nothing of it alive.
    /// </summary>
    public static Task Run(Func<Task> work) => Apart(() => Task.Run(work));

    /// <summary>Likewise, what blocks: on a thread of its own.</summary>
    public static Task RunBlocking(Action work) =>
        Apart(() => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default));

    private static Task Apart(Func<Task> start)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return start();
        }

        using (ExecutionContext.SuppressFlow())
        {
            return start();
        }
    }
}
