using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Tells an account of what happens to it, as it happens and without end, in server-sent events.</summary>
internal sealed class AccountStreams(NetworkEngine engine, EventSource source, EventViews views, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan BeatPeriod = TimeSpan.FromSeconds(15);

    private const int EventsAtOnce = 256;

    public async Task RunAsync(HttpContext http, long account, EntryPlace after, CancellationToken cancellation)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        using var writer = new EventWriter(http.Response);
        try
        {
            await writer.StartAsync(stopping.Token);
            await TellAsync(writer, account, after, stopping.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && stopping.IsCancellationRequested)
        {
            // The server stops: whoever reads comes back, to another one or to this one, and goes on where it was.
        }
    }

    private async Task TellAsync(EventWriter writer, long account, EntryPlace after, CancellationToken cancellation)
    {
        using var subscription = engine.AccountChanges.Subscribe(account);
        var changed = subscription.WaitAsync(cancellation);
        // Whoever is cut off before the first event knows where to go on as well.
        var start = after.IsNowhere ? AccountEvents.First : views.IdOf(after);
        await writer.WriteAsync(AccountEvents.Open, start, new StreamStart(start), ProtocolJson.Default.StreamStart, cancellation);
        while (true)
        {
            // Looked at after the subscription was renewed, so that no change falls between.
            var events = new List<AccountEvent>(EventsAtOnce);
            await foreach (var entry in source.AfterAsync(account, after, cancellation))
            {
                events.Add(await views.ShownAsync(entry, account, cancellation));
                after = entry.Place;
                if (events.Count == EventsAtOnce)
                    await SendAsync(events);
            }

            await SendAsync(events);
            await WaitAsync(writer, changed, cancellation);
            changed = subscription.WaitAsync(cancellation);
        }

        async Task SendAsync(List<AccountEvent> events)
        {
            await writer.WriteAllAsync(AccountEvents.Event, events, e => e.Id, ProtocolJson.Default.AccountEvent, cancellation);
            events.Clear();
        }
    }

    private async Task WaitAsync(EventWriter writer, Task changed, CancellationToken cancellation)
    {
        while (!changed.IsCompleted)
        {
            using var tick = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(changed, Task.Delay(BeatPeriod, time, tick.Token));
            await tick.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            if (!changed.IsCompleted)
                await writer.BeatAsync(cancellation);
        }

        await changed;
    }
}
