using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PushApp.Push.Redis;
using StackExchange.Redis;

namespace PushApp.Tests.Unit.Push.Redis;

public sealed class OutageLogTests
{
    private readonly Recorder _log = new();

    [Fact]
    public void An_outage_is_told_once_without_a_stack_trace_and_so_is_its_end()
    {
        var outage = new OutageLog(_log, "renew the lease");
        outage.Succeeded();
        outage.Failed(new RedisTimeoutException(CommandFlags.None, "Timeout awaiting response (outbound=0KiB, …)", CommandStatus.Sent));
        outage.Failed(new RedisConnectionException(ConnectionFailureType.UnableToConnect, CommandFlags.None, "It was not possible to connect (…)"));
        outage.Succeeded();
        outage.Succeeded();

        var lines = _log.Lines.Where(line => line.Level >= LogLevel.Information).ToList();
        Assert.Equal([LogLevel.Warning, LogLevel.Information], lines.Select(line => line.Level));
        Assert.Equal("Cannot renew the lease while the broker is away (no answer in time); it is tried again, and told when it can be done.", lines[0].Text);
        Assert.Equal("Can renew the lease again.", lines[1].Text);
        Assert.All(_log.Lines, line => Assert.Null(line.Error));
    }

    [Fact]
    public void What_does_not_pass_is_told_each_time_with_its_stack_trace()
    {
        var outage = new OutageLog(_log, "renew the lease");
        outage.Failed(new InvalidOperationException("one"));
        outage.Failed(new InvalidOperationException("two"));
        Assert.Equal(["one", "two"], _log.Lines.Where(line => line.Level == LogLevel.Warning).Select(line => line.Error?.Message));
    }

    private sealed class Recorder : ILogger
    {
        public List<(LogLevel Level, string Text, Exception? Error)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => NullLogger.Instance.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception), exception));
    }
}
