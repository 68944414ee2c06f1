using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;

namespace Nosnet.Server;

/// <summary>Lets the engine do what time makes due, for as long as the server runs.</summary>
internal sealed partial class EngineLoop(NetworkEngine engine, TimeProvider time, ILogger<EngineLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await engine.RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // A store that failed once may work again, and without this loop silent nodes would keep their runs.
                LogFailed(failure);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "What is due could not be done; it is tried again.")]
    private partial void LogFailed(Exception failure);
}
