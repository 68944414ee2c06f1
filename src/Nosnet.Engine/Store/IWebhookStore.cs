using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// The webhooks of accounts, what is still to be sent to them, and what became of the last attempts. Any number of callers at once; when a
/// call that writes returns, what it wrote is on disk, all of it or nothing.
/// </summary>
public interface IWebhookStore : IDisposable
{
    /// <summary>Every webhook.</summary>
    ValueTask<IReadOnlyList<Webhook>> AllAsync(CancellationToken cancellation);

    /// <summary>An account's webhooks, oldest first.</summary>
    ValueTask<IReadOnlyList<Webhook>> ListAsync(long account, CancellationToken cancellation);

    /// <summary>Adds a webhook; false where it would be one more than the account may have.</summary>
    ValueTask<bool> AddAsync(Webhook webhook, int most, CancellationToken cancellation);

    /// <summary>Removes a webhook with all that belongs to it; false where there is none.</summary>
    ValueTask<bool> DeleteAsync(string id, CancellationToken cancellation);

    /// <summary>Takes in messages that are to be sent, those that are there already aside, and up to where the account's events have been looked at.</summary>
    ValueTask QueueAsync(string webhook, IReadOnlyList<WebhookMessage> messages, EntryPlace cursor, CancellationToken cancellation);

    /// <summary>What is to be sent, the one that is due first at first.</summary>
    ValueTask<IReadOnlyList<WebhookMessage>> PendingAsync(string webhook, int limit, CancellationToken cancellation);

    /// <summary>Whether as many messages as this, or more, are still to be sent.</summary>
    ValueTask<bool> IsFullAsync(string webhook, int most, CancellationToken cancellation);

    /// <summary>Notes an attempt, of which a webhook keeps the newest <paramref name="kept"/>.</summary>
    /// <param name="message">The message as it was.</param>
    /// <param name="attempt">What became of it.</param>
    /// <param name="nextAt">When it is to be tried again; null: it is done with.</param>
    /// <param name="kept">How many attempts are kept.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    ValueTask NoteAsync(WebhookMessage message, WebhookAttempt attempt, DateTimeOffset? nextAt, int kept, CancellationToken cancellation);

    /// <summary>The last attempts, newest first.</summary>
    ValueTask<IReadOnlyList<WebhookAttempt>> AttemptsAsync(string webhook, CancellationToken cancellation);
}

/// <summary>A webhook as a store keeps it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Url">Where its messages go.</param>
/// <param name="Events">The types of events that it is for, separated by blanks.</param>
/// <param name="Secret">What they are signed with, sealed.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Cursor">Up to where the account's events have been looked at.</param>
public sealed record Webhook(string Id, long Account, string Url, string Events, ReadOnlyMemory<byte> Secret, DateTimeOffset CreatedAt, EntryPlace Cursor);

/// <summary>A message that is to be sent.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="Place">The event that it tells of.</param>
/// <param name="Since">When it was to be sent first.</param>
/// <param name="Attempts">How often that was tried.</param>
/// <param name="NextAt">When it is tried next.</param>
public sealed record WebhookMessage(string Webhook, EntryPlace Place, DateTimeOffset Since, int Attempts, DateTimeOffset NextAt);

/// <summary>An attempt to send a message.</summary>
/// <param name="Message">The id of the message.</param>
/// <param name="Type">The type of its event.</param>
/// <param name="Number">The how manieth it is.</param>
/// <param name="At">When.</param>
/// <param name="Outcome">What became of it: <c>delivered</c>, <c>retrying</c> or <c>given_up</c>.</param>
/// <param name="Status">The HTTP status that was answered; null where there was no answer.</param>
/// <param name="Error">What was wrong, in a sentence; null where nothing was.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record WebhookAttempt(string Message, string Type, int Number, DateTimeOffset At, string Outcome, int? Status, string? Error, long Milliseconds);
