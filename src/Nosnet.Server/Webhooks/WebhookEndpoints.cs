using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/webhooks</c></summary>
internal static class WebhookEndpoints
{
    private const int MostWebhooks = 10;

    public static async Task<IResult> ListAsync(HttpContext http, IWebhookStore store, CancellationToken cancellation) =>
        Answers.Ok([.. (await store.ListAsync(http.Caller().Account, cancellation)).Select(View)], ProtocolJson.Default.IReadOnlyListWebhookView);

    public static async Task<IResult> CreateAsync(
        HttpContext http, NetworkEngine engine, IWebhookStore store, WebhookSender sender, WebhookDelivery delivery, SecretSeal seal, TimeProvider time, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.WebhookRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var events = read.Value.Events ?? WebhookRequest.AllEvents;
        if (events.Count == 0 || events.Except(WebhookRequest.AllEvents).Any())
            return Answers.Refuse(ErrorCode.InvalidParameter, $"'events' takes one or more of {string.Join(", ", WebhookRequest.AllEvents)}. Leave it out for all.");
        if (await sender.CheckAsync(read.Value.Url, cancellation) is { } refusal)
            return Answers.Refuse(refusal);

        var account = (await engine.Read.AccountAsync(http.Caller().Account, cancellation))!;
        // Of its key where there is one: what was made just before the server died is found by the repeat, and not made again.
        var id = "wh_" + (http.Features.Get<KeyedRequest>()?.Key.Id ?? Guid.NewGuid()).ToString("N");
        return await http.DoAsync<WebhookCreated, WebhookCreated>(async () =>
        {
            if (await FindAsync(id, http, store, cancellation) is { } made)
                return Created(made, seal.Open(account.Address, NameOf(id), made.Secret));
            var secret = WebhookSignature.NewSecret();
            var webhook = new Webhook(id, account.Key, read.Value.Url!, string.Join(' ', events.Distinct()), seal.Close(account.Address, NameOf(id), secret), time.GetUtcNow(), account.LastEntry);
            if (!await store.AddAsync(webhook, MostWebhooks, cancellation))
                return new Refusal(ErrorCode.InvalidParameter, $"An account has {MostWebhooks} webhooks at most. Remove those that nobody needs (DELETE /api/webhooks/{{id}}).");
            delivery.Look();
            return Created(webhook, secret);
        }, static created => created, ProtocolJson.Default.WebhookCreated, cancellation);
    }

    public static Task<IResult> DeleteAsync(string id, HttpContext http, IWebhookStore store, WebhookDelivery delivery, CancellationToken cancellation) =>
        http.DoAsync<Webhook, WebhookView>(async () =>
        {
            if (await FindAsync(id, http, store, cancellation) is not { } webhook || !await store.DeleteAsync(id, cancellation))
                return Unknown(id);
            delivery.Look();
            return webhook;
        }, View, ProtocolJson.Default.WebhookView, cancellation);

    public static async Task<IResult> DeliveriesAsync(string id, HttpContext http, IWebhookStore store, CancellationToken cancellation) =>
        await FindAsync(id, http, store, cancellation) is null ? Answers.Refuse(Unknown(id))
        : Answers.Ok([.. (await store.AttemptsAsync(id, cancellation)).Select(attempt => new WebhookDeliveryView
        {
            MessageId = attempt.Message,
            Type = attempt.Type,
            Attempt = attempt.Number,
            At = attempt.At,
            Outcome = attempt.Outcome,
            Status = attempt.Status,
            Error = attempt.Error,
            Milliseconds = attempt.Milliseconds,
        })], ProtocolJson.Default.IReadOnlyListWebhookDeliveryView);

    /// <summary>The name under which the secret of a webhook is sealed; no secret of a job can have it.</summary>
    public static string NameOf(string id) => "webhook " + id;

    private static async ValueTask<Webhook?> FindAsync(string id, HttpContext http, IWebhookStore store, CancellationToken cancellation) =>
        (await store.ListAsync(http.Caller().Account, cancellation)).FirstOrDefault(w => w.Id == id);

    private static Refusal Unknown(string id) => new(ErrorCode.WebhookNotFound, $"There is no webhook '{PathValues.Shown(id)}' on your account. GET /api/webhooks lists yours.");

    private static WebhookCreated Created(Webhook webhook, string secret)
    {
        var view = View(webhook);
        return new WebhookCreated { Id = view.Id, Url = view.Url, Events = view.Events, CreatedAt = view.CreatedAt, Secret = secret };
    }

    private static WebhookView View(Webhook webhook) => new() { Id = webhook.Id, Url = webhook.Url, Events = webhook.Events.Split(' '), CreatedAt = webhook.CreatedAt };
}
