using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using PushApp.Push.Hub;

namespace PushApp.Push.Sse;

/// <summary>Writes to a response's pipe: any protocol and operating system that Kestrel serves.</summary>
internal sealed class PipeStreamWriter(PipeWriter pipe, HubConnection connection, Action abort) : IStreamWriter
{
    private ValueTaskAwaiter<FlushResult> _pending;
    private Action? _whenDone;

    public bool IsClosed { get; private set; }

    public int PendingBytes { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed)
        {
            return;
        }

        try
        {
            pipe.Write(bytes);
            PendingBytes += bytes.Length;
        }
        catch (Exception)
        {
            // Whatever the server throws is about this connection alone: it is closed, and its loop removes it and goes on with the others.
            IsClosed = true;
        }
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "The awaiter is kept and its result taken once, in CompleteFlush; a task for each pending flush would be an allocation.")]
    public bool TryFlush()
    {
        if (IsClosed)
        {
            return true;
        }

        try
        {
            _pending = pipe.FlushAsync().GetAwaiter();
        }
        catch (Exception)
        {
            IsClosed = true;
            return true;
        }

        if (_pending.IsCompleted)
        {
            return TryCompleteFlush();
        }

        _pending.UnsafeOnCompleted(_whenDone ??= () => connection.Loop.Post(LoopItem.Flushed(connection)));
        return false;
    }

    public bool TryCompleteFlush()
    {
        try
        {
            IsClosed |= _pending.GetResult() is { IsCompleted: true } or { IsCanceled: true };
        }
        catch (Exception)
        {
            // The client is gone; its loop removes it.
            IsClosed = true;
        }

        _pending = default;
        PendingBytes = 0;
        return true;
    }

    public void Abort() => abort();
}
