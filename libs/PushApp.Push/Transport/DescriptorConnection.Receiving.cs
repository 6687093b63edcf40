using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace PushApp.Push.Transport;

/// <content>What the client sends.</content>
internal sealed partial class DescriptorConnection
{
    // Half of what a pool's block holds: less is not worth a call.
    private const int LeastBuffer = 2048;

    private Action? _resume;
    private ValueTaskAwaiter<FlushResult> _flush;
    private bool _inputCompleted;
    private bool _isFrozen;
    private bool _isPaused;

    /// <summary>Receives what is there, unless the server has more unread than it may.</summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "The awaiter is kept and its result taken once, here or in Resume; a task for each pending flush would be an allocation.")]
    private void Receive(bool peerEnded)
    {
        lock (_gate)
        {
            // While it is paused there is nothing to note: on resuming it is tried again.
            while (!_inputCompleted && !_isFrozen && !_isPaused)
            {
                var buffer = _input.GetMemory(LeastBuffer);
                var received = _descriptor.Receive(buffer.Span);
                if (received == -Libc.ErrorAgain)
                {
                    return;
                }

                if (received <= 0)
                {
                    EndInput(received == 0 ? null : ToException((int)-received));
                    return;
                }

                _input.Advance((int)received);
                _flush = _input.FlushAsync().GetAwaiter();
                if (!_flush.IsCompleted)
                {
                    _isPaused = true;
                    _flush.UnsafeOnCompleted(_resume ??= Resume);
                    return;
                }

                if (_flush.GetResult() is { IsCompleted: true } or { IsCanceled: true })
                {
                    EndInput(null);
                    return;
                }

                if (received < buffer.Length && !peerEnded)
                {
                    // All of it: what comes next is reported again (epoll(7), on edge-triggered stream sockets).
                    return;
                }
            }
        }
    }

    private void Resume()
    {
        lock (_gate)
        {
            var result = _flush.GetResult();
            _flush = default;
            _isPaused = false;
            if (result.IsCompleted || result.IsCanceled)
            {
                EndInput(null);
                return;
            }
        }

        // Whatever came meanwhile, its end included, was reported and not taken.
        Receive(peerEnded: true);
    }

    private void EndInput(Exception? error)
    {
        if (error is not null)
        {
            ConnectionReset(_logger, ConnectionId, error);
        }

        CompleteInput(_shutdownReason ?? error);
        FireClosed();
    }

    // Not while a flush is pending: its awaiter hears of the end by the reader's completion.
    private void CompleteInput(Exception? error)
    {
        if (!_inputCompleted)
        {
            _inputCompleted = true;
            _input.Complete(error);
        }
    }
}
