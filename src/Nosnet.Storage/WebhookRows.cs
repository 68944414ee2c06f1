using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>Rows of webhooks, the same in both stores.</summary>
internal static class WebhookRows
{
    public const string Columns = "id, account, url, events, secret, created_at, cursor_height, cursor_index";
    public const string MessageColumns = "webhook, height, place, since, attempts, next_at";
    public const string AttemptColumns = "message, type, number, at, outcome, status, error, milliseconds";

    public static Webhook Webhook(IRowReader row) =>
        new(row.Text(), row.Long(), row.Text(), row.Text(), row.Blob(), row.Time(), new EntryPlace(row.Long(), row.Int()));

    public static WebhookMessage Message(IRowReader row) =>
        new(row.Text(), new EntryPlace(row.Long(), row.Int()), row.Time(), row.Int(), row.Time());

    public static WebhookAttempt Attempt(IRowReader row) =>
        new(row.Text(), row.Text(), row.Int(), row.Time(), row.Text(), (int?)row.LongOrNull(), row.TextOrNull(), row.Long());
}
