using Microsoft.Data.Sqlite;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>The webhooks in a SQLite file of their own.</summary>
public sealed class SqliteWebhookStore : IWebhookStore
{
    private readonly SqliteReaders _readers;
    private readonly SqliteConnection _connection;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Statement _begin, _commit, _rollback, _add, _delete, _deleteMessages, _deleteAttempts, _queue, _move, _put, _done, _note, _trim;
    private readonly Statement[] _all;

    internal SqliteWebhookStore(SqliteDatabase database)
    {
        _connection = database.OpenWriter(Schema.Webhooks);
        _readers = new SqliteReaders(database);
        _all =
        [
            _begin = new(_connection, "BEGIN IMMEDIATE"),
            _commit = new(_connection, "COMMIT"),
            _rollback = new(_connection, "ROLLBACK"),
            _add = new(_connection, $"INSERT INTO webhook ({WebhookRows.Columns}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE (SELECT COUNT(*) FROM webhook WHERE account = ?2) < ?9 RETURNING 1"),
            _delete = new(_connection, "DELETE FROM webhook WHERE id = ? RETURNING 1"),
            _deleteMessages = new(_connection, "DELETE FROM webhook_message WHERE webhook = ?"),
            _deleteAttempts = new(_connection, "DELETE FROM webhook_attempt WHERE webhook = ?"),
            // One that was removed meanwhile gets nothing more.
            _queue = new(_connection, $"INSERT INTO webhook_message ({WebhookRows.MessageColumns}) SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM webhook WHERE id = ?1) ON CONFLICT DO NOTHING"),
            _move = new(_connection, "UPDATE webhook SET cursor_height = ?, cursor_index = ? WHERE id = ?"),
            _put = new(_connection, "UPDATE webhook_message SET attempts = ?, next_at = ? WHERE webhook = ? AND height = ? AND place = ?"),
            _done = new(_connection, "DELETE FROM webhook_message WHERE webhook = ? AND height = ? AND place = ?"),
            _note = new(_connection, $"INSERT INTO webhook_attempt (webhook, {WebhookRows.AttemptColumns}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE EXISTS (SELECT 1 FROM webhook WHERE id = ?1)"),
            _trim = new(_connection, "DELETE FROM webhook_attempt WHERE webhook = ?1 AND key NOT IN (SELECT key FROM webhook_attempt WHERE webhook = ?1 ORDER BY key DESC LIMIT ?2)"),
        ];
    }

    public ValueTask<IReadOnlyList<Webhook>> AllAsync(CancellationToken cancellation) =>
        Read(r => r[$"SELECT {WebhookRows.Columns} FROM webhook ORDER BY created_at, id"].ReadAll(WebhookRows.Webhook));

    public ValueTask<IReadOnlyList<Webhook>> ListAsync(long account, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {WebhookRows.Columns} FROM webhook WHERE account = ? ORDER BY created_at, id"].Bind(account).ReadAll(WebhookRows.Webhook));

    public async ValueTask<bool> AddAsync(Webhook webhook, int most, CancellationToken cancellation)
    {
        var isAdded = false;
        await WriteAsync(() => isAdded = _add.Bind(webhook.Id).Bind(webhook.Account).Bind(webhook.Url).Bind(webhook.Events).Bind(webhook.Secret.Span)
            .Bind(webhook.CreatedAt).Bind(webhook.Cursor.Height).Bind(webhook.Cursor.Index).Bind(most).Counts(), cancellation).ConfigureAwait(false);
        return isAdded;
    }

    public async ValueTask<bool> DeleteAsync(string id, CancellationToken cancellation)
    {
        var isDeleted = false;
        await WriteAsync(() =>
        {
            isDeleted = _delete.Bind(id).Counts();
            _deleteMessages.Bind(id).Execute();
            _deleteAttempts.Bind(id).Execute();
        }, cancellation).ConfigureAwait(false);
        return isDeleted;
    }

    public ValueTask QueueAsync(string webhook, IReadOnlyList<WebhookMessage> messages, EntryPlace cursor, CancellationToken cancellation) => WriteAsync(() =>
    {
        foreach (var message in messages)
            _queue.Bind(webhook).Bind(message.Place.Height).Bind(message.Place.Index).Bind(message.Since).Bind(message.Attempts).Bind(message.NextAt).Execute();
        _move.Bind(cursor.Height).Bind(cursor.Index).Bind(webhook).Execute();
    }, cancellation);

    public ValueTask<IReadOnlyList<WebhookMessage>> PendingAsync(string webhook, int limit, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {WebhookRows.MessageColumns} FROM webhook_message WHERE webhook = ? ORDER BY next_at, height, place LIMIT ?"].Bind(webhook).Bind(limit).ReadAll(WebhookRows.Message));

    public ValueTask<bool> IsFullAsync(string webhook, int most, CancellationToken cancellation) => ValueTask.FromResult(
        _readers.Read(r => r["SELECT COUNT(*) FROM (SELECT 1 FROM webhook_message WHERE webhook = ? LIMIT ?)"].Bind(webhook).Bind(most).ReadAll(static row => row.Long()).Single()) == most);

    public ValueTask NoteAsync(WebhookMessage message, WebhookAttempt attempt, DateTimeOffset? nextAt, int kept, CancellationToken cancellation) => WriteAsync(() =>
    {
        if (nextAt is { } next)
            _put.Bind(attempt.Number).Bind(next).Bind(message.Webhook).Bind(message.Place.Height).Bind(message.Place.Index).Execute();
        else
            _done.Bind(message.Webhook).Bind(message.Place.Height).Bind(message.Place.Index).Execute();
        _note.Bind(message.Webhook).Bind(attempt.Message).Bind(attempt.Type).Bind(attempt.Number).Bind(attempt.At).Bind(attempt.Outcome).Bind(attempt.Status).Bind(attempt.Error).Bind(attempt.Milliseconds).Execute();
        _trim.Bind(message.Webhook).Bind(kept).Execute();
    }, cancellation);

    public ValueTask<IReadOnlyList<WebhookAttempt>> AttemptsAsync(string webhook, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {WebhookRows.AttemptColumns} FROM webhook_attempt WHERE webhook = ? ORDER BY key DESC"].Bind(webhook).ReadAll(WebhookRows.Attempt));

    public void Dispose()
    {
        _readers.Dispose();
        foreach (var statement in _all)
            statement.Dispose();
        _connection.Dispose();
        _writing.Dispose();
    }

    private ValueTask<IReadOnlyList<T>> Read<T>(Func<SqliteReader, IReadOnlyList<T>> read) => ValueTask.FromResult(_readers.Read(read));

    private async ValueTask WriteAsync(Action write, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            _begin.Execute();
            write();
            _commit.Execute();
        }
        catch
        {
            // SQLite itself rolls back on some failures; then there is nothing left to do.
            if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
                _rollback.Execute();
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }
}
