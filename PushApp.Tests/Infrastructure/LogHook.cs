using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PushApp.Tests.Infrastructure;

/// <summary>Calls a test at what a node logs, on the thread that logs it: so a test stands in the middle of what is done there, for as long as it likes.</summary>
internal sealed class LogHook(Action<string, string> logged) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(logged);

    public void Dispose()
    {
        // Holds nothing.
    }

    /// <summary>Adds it, with every level on.</summary>
    public void AddTo(IServiceCollection services) => services.AddLogging(logging => logging.AddFilter<LogHook>(null, LogLevel.Trace).AddProvider(this));

    private sealed class Logger(Action<string, string> logged) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logged(eventId.Name ?? "", formatter(state, exception));
    }
}
