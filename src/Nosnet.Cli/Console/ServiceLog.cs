using Microsoft.Extensions.Logging;

namespace Nosnet.Cli;

/// <summary>The log of a server or a node that runs in a terminal: a line an entry, on standard error, as talk is.</summary>
internal static class ServiceLog
{
    public static Action<ILoggingBuilder> To(Terminal terminal) => From(LogLevel.Information, terminal);

    /// <summary>Only what somebody has to know of.</summary>
    public static Action<ILoggingBuilder> OfTrouble(Terminal terminal) => From(LogLevel.Warning, terminal);

    private static Action<ILoggingBuilder> From(LogLevel least, Terminal terminal) => logging => logging
        .AddProvider(new Provider(terminal))
        .SetMinimumLevel(least)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("System", LogLevel.Warning)
        // It would write down every request to a service, with its path: that is between the service and who uses it.
        .AddFilter("Yarp", LogLevel.Warning);

    private sealed class Provider(Terminal terminal) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Logger(terminal, categoryName.Split('.')[^1]);

        public void Dispose()
        {
        }
    }

    private sealed class Logger(Terminal terminal, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var time = TimeProvider.System.GetUtcNow();
            var level = logLevel switch
            {
                LogLevel.Critical or LogLevel.Error => "error",
                LogLevel.Warning => "warn ",
                _ => "info ",
            };
            // What is logged may quote what came from outside, so it is cleaned of control characters; a stack trace is ours.
            terminal.Say($"{time:HH:mm:ss.fff} {level} {category}: {Plain.Text(formatter(state, exception))}{(exception is null ? "" : $"{Environment.NewLine}{exception}")}");
        }
    }
}
