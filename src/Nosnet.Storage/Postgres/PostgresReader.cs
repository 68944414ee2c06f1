using Npgsql;

namespace Nosnet.Storage;

/// <summary>Statements over the pooled connections, any number at once.</summary>
internal sealed class PostgresReader(PostgresDatabase database)
{
    /// <summary>The one row there is, or null.</summary>
    public async ValueTask<T?> OneAsync<T>(string sql, Func<PostgresRow, T> read, CancellationToken cancellation, params object[] parameters)
        where T : class => (await AllAsync(sql, read, cancellation, parameters).ConfigureAwait(false)).FirstOrDefault();

    public async ValueTask<List<T>> AllAsync<T>(string sql, Func<PostgresRow, T> read, CancellationToken cancellation, params object[] parameters)
    {
        try
        {
            var command = database.Pool.CreateCommand(sql);
            await using (command.ConfigureAwait(false))
            {
                foreach (var parameter in parameters)
                    command.Parameters.Add(new NpgsqlParameter { Value = parameter });
                var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    var row = new PostgresRow(reader);
                    var rows = new List<T>();
                    while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                        rows.Add(read(row.Next()));
                    return rows;
                }
            }
        }
        catch (Exception failure) when (PostgresDatabase.IsOutage(failure))
        {
            throw PostgresDatabase.Unavailable(failure);
        }
    }

    /// <summary>Writes all or nothing, and returns when it is on disk.</summary>
    public async ValueTask WriteAsync(IReadOnlyList<NpgsqlBatchCommand> commands, CancellationToken cancellation)
    {
        try
        {
            // The statements of a batch are one transaction.
            var batch = database.Pool.CreateBatch();
            await using (batch.ConfigureAwait(false))
            {
                foreach (var command in commands)
                    batch.BatchCommands.Add(command);
                await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (PostgresDatabase.IsOutage(failure))
        {
            throw PostgresDatabase.Unavailable(failure);
        }
    }
}
