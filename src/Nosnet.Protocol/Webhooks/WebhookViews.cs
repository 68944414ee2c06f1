using System.Text;

namespace Nosnet.Protocol;

/// <summary><c>POST /api/webhooks</c>: has the network tell a URL of what happens to the account.</summary>
public sealed record WebhookRequest
{
    /// <summary>The types of events that there are webhooks for.</summary>
    public static readonly IReadOnlyList<string> AllEvents = [AccountEvents.JobEnded, AccountEvents.BalanceLow];

    /// <summary>Where to: http or https, at a public address unless the operator allows others.</summary>
    public string? Url { get; init; }

    /// <summary>Of which types of events, see <see cref="AllEvents"/>; all of these unless told.</summary>
    public IReadOnlyList<string>? Events { get; init; }
}

/// <summary>A webhook as it is listed: never its secret.</summary>
public record WebhookView
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Where its messages go.</summary>
    public required string Url { get; init; }

    /// <summary>The types of events that it is for.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>When it was made. It tells of what happened after.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The answer to <see cref="WebhookRequest"/>: the only time the secret is shown.</summary>
public sealed record WebhookCreated : WebhookView
{
    /// <summary>What its messages are signed with, <c>whsec_…</c>, see <see cref="WebhookSignature"/>.</summary>
    public required string Secret { get; init; }

    /// <summary>The webhook without its secret, which does not belong into logs.</summary>
    public override string ToString() => $"webhook {Id}";
}

/// <summary>An attempt to send a message, in <c>GET /api/webhooks/{id}/deliveries</c>, newest first.</summary>
public sealed record WebhookDeliveryView
{
    /// <summary>The <c>webhook-id</c> of the message, the same in all its attempts.</summary>
    public required string MessageId { get; init; }

    /// <summary>The type of its event.</summary>
    public required string Type { get; init; }

    /// <summary>The how manieth attempt it is.</summary>
    public required int Attempt { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary><c>delivered</c>, <c>retrying</c> or <c>given_up</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The HTTP status that was answered; null where there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>What was wrong, in a sentence.</summary>
    public string? Error { get; init; }

    /// <summary>How long it took.</summary>
    public required long Milliseconds { get; init; }
}

/// <summary>The body of a message.</summary>
/// <param name="Type">The type of the event.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Data">The event.</param>
public sealed record WebhookPayload(string Type, DateTimeOffset Timestamp, AccountEvent Data)
{
    /// <summary>Reads the body of a message, whose signature was checked. Words of a later version are null.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static WebhookPayload Parse(ReadOnlySpan<byte> utf8) =>
        LenientJson.Parse(utf8, LenientJson.Reading.WebhookPayload, "the body of a webhook's message") is { Type: not null, Data: not null } payload
            ? payload
            : throw new FormatException("This is not the body of a webhook's message: it lacks a type or its data.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static WebhookPayload Parse(string json) => Parse(Encoding.UTF8.GetBytes(json));
}
