using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Keeps the last lines that each process wrote. Thread-safe.</summary>
public class ResourceLoggerService
{
    /// <summary>Lines kept per process: enough to see how it came to an end, little enough to forget.</summary>
    private const int LinesKept = 5000;

    private readonly ConcurrentDictionary<string, Backlog> _backlogs = new(StringComparer.OrdinalIgnoreCase);

    internal ResourceLoggerService()
    {
    }

    /// <summary>The lines kept, then each new one. Of a resource with replicas: name one, as <c>web-1</c>.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName)
    {
        await foreach (var lines in Of(resourceName).WatchAsync().ConfigureAwait(false))
        {
            yield return [.. lines.Select(l => l.Line)];
        }
    }

    /// <summary>The lines kept.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return [.. Of(resourceName).Snapshot().Select(l => l.Line)];
    }

    internal void Add(string resourceId, string line, bool isError) => Of(resourceId).Add(line, isError);

    /// <summary>The lines kept, then each new one, with the times at which they were written.</summary>
    internal IAsyncEnumerable<IReadOnlyList<(LogLine Line, DateTime Time)>> WatchTimesAsync(string resourceId, CancellationToken cancellationToken) => Of(resourceId).WatchAsync(cancellationToken);

    internal string Tail(string resourceId) => string.Join('\n', Of(resourceId).Snapshot().TakeLast(30).Select(l => l.Line.Content));

    private Backlog Of(string name) => _backlogs.GetOrAdd(name, _ => new Backlog());

    private sealed class Backlog
    {
        private readonly Lock _lock = new();
        private readonly Queue<(LogLine Line, DateTime Time)> _lines = new();
        private readonly HashSet<Channel<(LogLine Line, DateTime Time)>> _watchers = [];
        private int _count;

        public void Add(string content, bool isError)
        {
            lock (_lock)
            {
                var line = (new LogLine(++_count, content, isError), DateTime.UtcNow);
                _lines.Enqueue(line);
                if (_lines.Count > LinesKept)
                {
                    _lines.Dequeue();
                }

                foreach (var watcher in _watchers)
                {
                    watcher.Writer.TryWrite(line);
                }
            }
        }

        public IReadOnlyList<(LogLine Line, DateTime Time)> Snapshot()
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }

        public async IAsyncEnumerable<IReadOnlyList<(LogLine Line, DateTime Time)>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            // One who reads too slowly misses the oldest; the numbers show it.
            var channel = Channel.CreateBounded<(LogLine Line, DateTime Time)>(new BoundedChannelOptions(LinesKept) { FullMode = BoundedChannelFullMode.DropOldest });
            IReadOnlyList<(LogLine Line, DateTime Time)> kept;
            lock (_lock)
            {
                kept = [.. _lines];
                _watchers.Add(channel);
            }

            try
            {
                yield return kept;
                await foreach (var line in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return [line];
                }
            }
            finally
            {
                lock (_lock)
                {
                    _watchers.Remove(channel);
                }
            }
        }
    }
}

/// <summary>A line that a process wrote.</summary>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);
