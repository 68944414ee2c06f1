using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;
using SimpleBase;

namespace Nosnet.Server;

/// <summary>
/// The work for one webhook: takes from the account's events what it is for, and sends it until it is taken or a day has passed. What is to be
/// sent is on disk before the place up to where the events were looked at moves on, so a crash loses none of it; a message that was sent and
/// whose end was not noted yet is sent again under the same id.
/// </summary>
internal sealed partial class WebhookWorkshop(
    NetworkEngine engine, IWebhookStore store, EventSource source, EventViews views, WebhookSender sender, SecretSeal seal, Names names, TimeProvider time, ILogger<WebhookWorkshop> logger)
{
    private const int KeptAttempts = 100;
    private const int MessagesAtOnce = 32;

    /// <summary>How many messages wait at most: more are left where they are, in the chain, until there is room.</summary>
    private const int MostPending = 10_000;

    /// <summary>After how many events that are of no interest it is noted that they were looked at.</summary>
    private const int EventsBetweenNotes = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    public async Task WorkAsync(Webhook webhook, CancellationToken cancellation)
    {
        using var subscription = engine.AccountChanges.Subscribe(webhook.Account);
        var changed = subscription.WaitAsync(cancellation);
        var cursor = webhook.Cursor;
        while (!cancellation.IsCancellationRequested)
        {
            DateTimeOffset? next;
            try
            {
                cursor = await QueueAsync(webhook, cursor, cancellation);
                next = await SendDueAsync(webhook, cancellation);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                LogFailed(webhook.Id, failure.Message);
                next = time.GetUtcNow() + Pause;
            }

            await WaitAsync(changed, next, cancellation);
            if (!changed.IsCompleted)
                continue;
            await changed;
            changed = subscription.WaitAsync(cancellation);
        }
    }

    private async Task WaitAsync(Task changed, DateTimeOffset? next, CancellationToken cancellation)
    {
        var left = next - time.GetUtcNow() ?? Timeout.InfiniteTimeSpan;
        if (next is not null && left <= TimeSpan.Zero)
            return;
        using var tick = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(changed, Task.Delay(left, time, tick.Token));
        await tick.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Takes what has happened since into what is to be sent.</summary>
    private async Task<EntryPlace> QueueAsync(Webhook webhook, EntryPlace cursor, CancellationToken cancellation)
    {
        if (await store.IsFullAsync(webhook.Id, MostPending, cancellation))
            return cursor;
        var wanted = webhook.Events.Split(' ');
        var messages = new List<WebhookMessage>();
        var passed = 0;
        await foreach (var entry in source.AfterAsync(webhook.Account, cursor, cancellation))
        {
            cursor = entry.Place;
            passed++;
            var now = time.GetUtcNow();
            if (entry.Entry.Account == webhook.Account && wanted.Contains(AccountEvents.TypeOf(entry.Entry.Kind), StringComparer.Ordinal))
                messages.Add(new WebhookMessage(webhook.Id, entry.Place, now, 0, now));
            if (messages.Count >= MessagesAtOnce || passed >= EventsBetweenNotes)
                await NoteAsync();
        }

        if (messages.Count > 0)
            await NoteAsync();
        return cursor;

        async Task NoteAsync()
        {
            await store.QueueAsync(webhook.Id, messages, cursor, cancellation);
            messages.Clear();
            passed = 0;
        }
    }

    /// <summary>Sends what is due, one after the other; gives when the next will be.</summary>
    private async Task<DateTimeOffset?> SendDueAsync(Webhook webhook, CancellationToken cancellation)
    {
        while (true)
        {
            var messages = await store.PendingAsync(webhook.Id, MessagesAtOnce, cancellation);
            if (messages.Count == 0 || messages[0].NextAt > time.GetUtcNow())
                return messages.Count == 0 ? null : messages[0].NextAt;
            foreach (var message in messages.Where(m => m.NextAt <= time.GetUtcNow()))
                await SendAsync(webhook, message, cancellation);
        }
    }

    private async Task SendAsync(Webhook webhook, WebhookMessage message, CancellationToken cancellation)
    {
        var bytes = await engine.Read.EntryAsync(message.Place, cancellation) ?? throw new InvalidDataException($"The entry {message.Place} is missing.");
        var told = await views.ShownAsync(new PlacedEntry(message.Place, EntryCodec.Decode(bytes), bytes), webhook.Account, cancellation);
        var body = JsonSerializer.SerializeToUtf8Bytes(new WebhookPayload(told.Type, told.At, told), ProtocolJson.Default.WebhookPayload);
        var secret = seal.Open(await names.AccountAsync(webhook.Account, cancellation), WebhookEndpoints.NameOf(webhook.Id), webhook.Secret);
        var id = IdOf(message);
        var start = time.GetTimestamp();
        var (status, error) = await sender.SendAsync(webhook.Url, secret, id, body, cancellation);
        var now = time.GetUtcNow();
        var number = message.Attempts + 1;
        // Who answers 410 wants no more of it.
        var next = error is null || status == 410 ? null : WebhookRetries.Next(message.Since, number, now, Random.Shared.NextDouble());
        var outcome = error is null ? "delivered" : next is null ? "given_up" : "retrying";
        await store.NoteAsync(message, new WebhookAttempt(id, told.Type, number, now, outcome, status, error, (long)time.GetElapsedTime(start).TotalMilliseconds), next, KeptAttempts, cancellation);
    }

    /// <summary>The same for every attempt, also after a crash.</summary>
    private static string IdOf(WebhookMessage message) => "msg_" + Base58.Bitcoin.Encode(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{message.Webhook}/{message.Place.Height}/{message.Place.Index}"))).AsSpan(0, 20));

    [LoggerMessage(1, LogLevel.Warning, "The webhook {Webhook} could not be worked for; that is tried again: {Reason}")]
    private partial void LogFailed(string webhook, string reason);
}
