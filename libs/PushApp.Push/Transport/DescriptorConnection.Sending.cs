using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace PushApp.Push.Transport;

/// <content>What the client is sent.</content>
internal sealed partial class DescriptorConnection
{
    private readonly ReadySignal _writable = new();

    private async Task SendAsync()
    {
        Exception? reason = null;
        Exception? unexpected = null;
        try
        {
            await SendAllAsync().ConfigureAwait(false);
        }
        catch (ConnectionResetException error)
        {
            reason = error;
            ConnectionReset(_logger, ConnectionId, error);
        }
        catch (ObjectDisposedException error)
        {
            // Aborted; the reason stands already.
            reason = error;
        }
        catch (Exception error)
        {
            reason = unexpected = error;
            ConnectionReset(_logger, ConnectionId, error);
        }
        finally
        {
            Shutdown(reason);
            _drained?.TrySetResult(false);
            await _output.CompleteAsync(unexpected).ConfigureAwait(false);
            _input.CancelPendingFlush();
        }
    }

    private async Task SendAllAsync()
    {
        while (true)
        {
            var result = await _output.ReadAsync().ConfigureAwait(false);
            var buffer = result.Buffer;
            if (Volatile.Read(ref _isShutdown) && !_isTaken)
            {
                _output.AdvanceTo(buffer.End);
                return;
            }

            // What is written after the descriptor was taken is the end of a response that the server believes in.
            if (!_isTaken && !buffer.IsEmpty)
            {
                await SendAsync(buffer).ConfigureAwait(false);
            }

            _output.AdvanceTo(buffer.End);
            if (result.IsCompleted)
            {
                return;
            }

            if (result.IsCanceled && _drained is { } drained)
            {
                lock (_gate)
                {
                    // Taken before the one that waits can go on; and not taken when nobody waits any more.
                    _isTaken = !_isShutdown;
                    _isTaken &= drained.TrySetResult(_isTaken);
                    _drained = null;
                }
            }
        }
    }

    private async ValueTask SendAsync(ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            var sent = _descriptor.Send(buffer);
            if (sent == Descriptor.WouldBlock)
            {
                await _writable.WaitAsync().ConfigureAwait(false);
                continue;
            }

            if (sent < 0)
            {
                throw ToException((int)-sent);
            }

            if (sent == buffer.Length)
            {
                return;
            }

            buffer = buffer.Slice(sent);
        }
    }
}
