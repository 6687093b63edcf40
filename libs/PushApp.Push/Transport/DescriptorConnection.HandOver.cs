using System.Buffers;

namespace PushApp.Push.Transport;

/// <content>The way out of the server.</content>
internal sealed partial class DescriptorConnection
{
    // Whoever has not taken a response's head by then is served by the server's own way, which has its limits for such clients.
    private static readonly TimeSpan TakeTime = TimeSpan.FromSeconds(5);

    private TaskCompletionSource<bool>? _drained;

    public bool IsPossible
    {
        get
        {
            if (!ReferenceEquals(Transport, _original) || Volatile.Read(ref _isShutdown))
            {
                return false;
            }

            if (!_original.Input.TryRead(out var result))
            {
                return true;
            }

            _original.Input.AdvanceTo(result.Buffer.Start);
            return result.Buffer.IsEmpty && !result.IsCompleted;
        }
    }

    public bool UpgradesAreCounted { get; }

    public async ValueTask<HandedOver?> TakeAsync(CancellationToken cancellationToken)
    {
        var drained = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isShutdown || _inputCompleted)
            {
                return null;
            }

            _isFrozen = true;
            _drained = drained;
        }

        // The sender comes round when it has sent what is there.
        _output.CancelPendingRead();
        if (!await WaitAsync(drained, cancellationToken).ConfigureAwait(false))
        {
            lock (_gate)
            {
                _isFrozen = false;
            }

            Receive(peerEnded: true);
            return null;
        }

        var unread = Array.Empty<byte>();
        if (_original.Input.TryRead(out var result))
        {
            unread = result.Buffer.ToArray();
            _original.Input.AdvanceTo(result.Buffer.End);
        }

        // To the server it looks as if the client had closed; its response ends without a word more.
        lock (_gate)
        {
            CompleteInput(null);
        }

        return new HandedOver(_descriptor, unread);
    }

    private static async ValueTask<bool> WaitAsync(TaskCompletionSource<bool> drained, CancellationToken cancellationToken)
    {
        if (drained.Task.IsCompleted)
        {
            return await drained.Task.ConfigureAwait(false);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TakeTime);
        using (limit.Token.UnsafeRegister(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(false), drained))
        {
            return await drained.Task.ConfigureAwait(false);
        }
    }
}
