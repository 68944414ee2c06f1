using Microsoft.Data.Sqlite;

namespace Nosnet.Storage;

/// <summary>A reading connection with its statements, used by one caller at a time.</summary>
internal sealed class SqliteReader(SqliteDatabase database) : IDisposable
{
    private readonly SqliteConnection _connection = database.OpenReader();
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    public Statement this[string sql]
    {
        get
        {
            if (!_statements.TryGetValue(sql, out var statement))
                _statements.Add(sql, statement = new Statement(_connection, sql));
            return statement;
        }
    }

    /// <summary>A statement that is used once, and disposed of by whoever uses it.</summary>
    public Statement Prepare(string sql) => new(_connection, sql);

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _connection.Dispose();
    }
}
