using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;

namespace Nosnet.Server;

/// <summary>
/// Has every webhook looked after, by the server that writes alone: each by a worker of its own, so that none waits for the slow receiver of
/// another.
/// </summary>
internal sealed partial class WebhookDelivery(NetworkEngine engine, IWebhookStore store, WebhookWorkshop workshop, TimeProvider time, ILogger<WebhookDelivery> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // However many ask for it at once, it is one look.
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Has it seen that there are other webhooks now.</summary>
    public void Look() => _changed.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var working = new Dictionary<string, (CancellationTokenSource End, Task Work)>(StringComparer.Ordinal);
        var isWriter = false;
        Look();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var changed = await WaitAsync(stoppingToken);
                if (!engine.IsWriter)
                    await EndAsync(working, [.. working.Keys]);
                else if (changed || !isWriter)
                    await FollowAsync(working, stoppingToken);
                isWriter = engine.IsWriter;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(failure.Message);
                Look();
                await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await EndAsync(working, [.. working.Keys]);
    }

    /// <summary>Whether there is news; false after a while without.</summary>
    private async Task<bool> WaitAsync(CancellationToken cancellation)
    {
        using var tick = new CancellationTokenSource(Period, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, cancellation);
        try
        {
            return await _changed.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task FollowAsync(Dictionary<string, (CancellationTokenSource End, Task Work)> working, CancellationToken cancellation)
    {
        var webhooks = await store.AllAsync(cancellation);
        var ids = webhooks.Select(w => w.Id).ToHashSet(StringComparer.Ordinal);
        await EndAsync(working, [.. working.Keys.Where(id => !ids.Contains(id))]);
        foreach (var webhook in webhooks.Where(w => !working.ContainsKey(w.Id)))
        {
            var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            working.Add(webhook.Id, (end, workshop.WorkAsync(webhook, end.Token)));
        }
    }

    private static async Task EndAsync(Dictionary<string, (CancellationTokenSource End, Task Work)> working, IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
            await working[id].End.CancelAsync();
        foreach (var id in ids)
        {
            await working[id].Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            working[id].End.Dispose();
            working.Remove(id);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The webhooks could not be looked up; that is tried again: {Reason}")]
    private partial void LogFailed(string reason);
}
