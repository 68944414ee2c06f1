using Nosnet.Engine;
using Nosnet.Protocol;
using Npgsql;

namespace Nosnet.Storage;

/// <summary>The webhooks in the network's PostgreSQL database.</summary>
public sealed class PostgresWebhookStore : IWebhookStore
{
    private readonly PostgresReader _reader;

    internal PostgresWebhookStore(PostgresDatabase database) => _reader = new PostgresReader(database);

    public async ValueTask<IReadOnlyList<Webhook>> AllAsync(CancellationToken cancellation) =>
        await _reader.AllAsync($"SELECT {WebhookRows.Columns} FROM webhook ORDER BY created_at, id", WebhookRows.Webhook, cancellation).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<Webhook>> ListAsync(long account, CancellationToken cancellation) =>
        await _reader.AllAsync($"SELECT {WebhookRows.Columns} FROM webhook WHERE account = $1 ORDER BY created_at, id", WebhookRows.Webhook, cancellation, account).ConfigureAwait(false);

    public async ValueTask<bool> AddAsync(Webhook webhook, int most, CancellationToken cancellation) => await _reader.OneAsync(
        $"INSERT INTO webhook ({WebhookRows.Columns}) SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE (SELECT count(*) FROM webhook WHERE account = $2) < $9 RETURNING id",
        static row => row.Text(),
        cancellation,
        webhook.Id,
        webhook.Account,
        webhook.Url,
        webhook.Events,
        webhook.Secret.ToArray(),
        webhook.CreatedAt.ToUnixTimeMilliseconds(),
        webhook.Cursor.Height,
        (long)webhook.Cursor.Index,
        (long)most).ConfigureAwait(false) is not null;

    public async ValueTask<bool> DeleteAsync(string id, CancellationToken cancellation) =>
        // Messages and attempts go with it.
        await _reader.OneAsync("DELETE FROM webhook WHERE id = $1 RETURNING id", static row => row.Text(), cancellation, id).ConfigureAwait(false) is not null;

    public ValueTask QueueAsync(string webhook, IReadOnlyList<WebhookMessage> messages, EntryPlace cursor, CancellationToken cancellation) => _reader.WriteAsync(
        [
            .. messages.Select(m => Command(
                $"INSERT INTO webhook_message ({WebhookRows.MessageColumns}) SELECT $1, $2, $3, $4, $5, $6 WHERE EXISTS (SELECT 1 FROM webhook WHERE id = $1) ON CONFLICT DO NOTHING",
                webhook, m.Place.Height, (long)m.Place.Index, m.Since.ToUnixTimeMilliseconds(), (long)m.Attempts, m.NextAt.ToUnixTimeMilliseconds())),
            Command("UPDATE webhook SET cursor_height = $1, cursor_index = $2 WHERE id = $3", cursor.Height, (long)cursor.Index, webhook),
        ], cancellation);

    public async ValueTask<IReadOnlyList<WebhookMessage>> PendingAsync(string webhook, int limit, CancellationToken cancellation) => await _reader.AllAsync(
        $"SELECT {WebhookRows.MessageColumns} FROM webhook_message WHERE webhook = $1 ORDER BY next_at, height, place LIMIT $2", WebhookRows.Message, cancellation, webhook, (long)limit).ConfigureAwait(false);

    public async ValueTask<bool> IsFullAsync(string webhook, int most, CancellationToken cancellation) => (await _reader.AllAsync(
        "SELECT count(*) FROM (SELECT 1 FROM webhook_message WHERE webhook = $1 LIMIT $2) AS message", static row => row.Long(), cancellation, webhook, (long)most).ConfigureAwait(false)).Single() == most;

    public ValueTask NoteAsync(WebhookMessage message, WebhookAttempt attempt, DateTimeOffset? nextAt, int kept, CancellationToken cancellation) => _reader.WriteAsync(
        [
            nextAt is { } next
                ? Command("UPDATE webhook_message SET attempts = $1, next_at = $2 WHERE webhook = $3 AND height = $4 AND place = $5",
                    (long)attempt.Number, next.ToUnixTimeMilliseconds(), message.Webhook, message.Place.Height, (long)message.Place.Index)
                : Command("DELETE FROM webhook_message WHERE webhook = $1 AND height = $2 AND place = $3", message.Webhook, message.Place.Height, (long)message.Place.Index),
            Command(
                $"INSERT INTO webhook_attempt (webhook, {WebhookRows.AttemptColumns}) SELECT $1, $2, $3, $4, $5, $6, $7::bigint, $8::text, $9 WHERE EXISTS (SELECT 1 FROM webhook WHERE id = $1)",
                message.Webhook, attempt.Message, attempt.Type, (long)attempt.Number, attempt.At.ToUnixTimeMilliseconds(), attempt.Outcome, attempt.Status is { } status ? (long)status : DBNull.Value,
                (object?)attempt.Error ?? DBNull.Value, attempt.Milliseconds),
            Command("DELETE FROM webhook_attempt WHERE webhook = $1 AND key NOT IN (SELECT key FROM webhook_attempt WHERE webhook = $1 ORDER BY key DESC LIMIT $2)", message.Webhook, (long)kept),
        ], cancellation);

    public async ValueTask<IReadOnlyList<WebhookAttempt>> AttemptsAsync(string webhook, CancellationToken cancellation) =>
        await _reader.AllAsync($"SELECT {WebhookRows.AttemptColumns} FROM webhook_attempt WHERE webhook = $1 ORDER BY key DESC", WebhookRows.Attempt, cancellation, webhook).ConfigureAwait(false);

    /// <summary>The database belongs to all the stores.</summary>
    public void Dispose()
    {
    }

    private static NpgsqlBatchCommand Command(string sql, params object[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return command;
    }
}
