using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>
/// The account's webhooks: URLs that the network tells of the ends of jobs and of a low balance. Their messages are signed, see
/// <see cref="WebhookSignature.IsValid"/>. Needs a key with the scope <c>api-keys:manage</c>. Nosnet networks only.
/// </summary>
public sealed class WebhooksClient
{
    private readonly Api _api;

    internal WebhooksClient(Api api) => _api = api;

    /// <summary>The account's webhooks.</summary>
    public Task<IReadOnlyList<WebhookView>> ListAsync(CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(_api.Get($"webhooks"), WireJson.Reading.IReadOnlyListWebhookView, cancellationToken);

    /// <summary>Makes a webhook for what happens from now on. The answer is the only place that shows its secret.</summary>
    /// <param name="url">Where its messages go.</param>
    /// <param name="events">The types of events that it is for, see <see cref="WebhookRequest.AllEvents"/>; all unless told.</param>
    /// <param name="cancellationToken">Gives up waiting; it may have been made all the same.</param>
    /// <exception cref="NosanaException"><see cref="ErrorCode.WebhookUrlRefused"/>: the URL leads to no public address.</exception>
    public Task<WebhookCreated> CreateAsync(Uri url, IReadOnlyList<string>? events = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        return _api.Transport.AnswerAsync(
            _api.Once(_api.Post($"webhooks")).With(new WebhookRequest { Url = url.ToString(), Events = events }, WireJson.Writing.WebhookRequest), WireJson.Reading.WebhookCreated, cancellationToken);
    }

    /// <summary>Removes a webhook, and what was still to be sent to it.</summary>
    /// <exception cref="NosanaNotFoundException">The account has no such webhook.</exception>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return _api.Transport.DoneAsync(_api.Once(_api.Delete($"webhooks/{id}")), cancellationToken);
    }

    /// <summary>The last attempts to send messages, newest first.</summary>
    /// <exception cref="NosanaNotFoundException">The account has no such webhook.</exception>
    public Task<IReadOnlyList<WebhookDeliveryView>> DeliveriesAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return _api.Transport.AnswerAsync(_api.Get($"webhooks/{id}/deliveries"), WireJson.Reading.IReadOnlyListWebhookDeliveryView, cancellationToken);
    }
}
