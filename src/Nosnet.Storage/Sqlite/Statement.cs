using Microsoft.Data.Sqlite;
using Nosnet.Protocol;
using SQLitePCL;

namespace Nosnet.Storage;

/// <summary>
/// A prepared statement, used again and again on one thread. It goes to SQLite beneath ADO.NET, whose commands and readers cost a
/// lane more than its own work.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _statement;
    private int _parameter;
    private int _column;

    public Statement(SqliteConnection connection, string sql)
    {
        _connection = connection;
        ThrowUnlessOk(raw.sqlite3_prepare_v3(connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public Statement Bind(long value)
    {
        Bound(raw.sqlite3_bind_int64(_statement, ++_parameter, value));
        return this;
    }

    public Statement Bind(long? value) => value is { } number ? Bind(number) : BindNull();
    public Statement Bind(bool value) => Bind(value ? 1 : 0);
    public Statement Bind(Credits value) => Bind(value.Nano);
    public Statement Bind(DateTimeOffset value) => Bind(value.ToUnixTimeMilliseconds());
    public Statement Bind(DateTimeOffset? value) => Bind(value?.ToUnixTimeMilliseconds());

    public Statement Bind(string value)
    {
        Bound(raw.sqlite3_bind_text(_statement, ++_parameter, value));
        return this;
    }

    public Statement Bind(Bytes32 value)
    {
        Span<byte> bytes = stackalloc byte[Bytes32.Length];
        value.CopyTo(bytes);
        return Bind(bytes);
    }

    public Statement Bind(Bytes32? value) => value is { } bytes ? Bind(bytes) : BindNull();

    public Statement Bind(ReadOnlySpan<byte> value)
    {
        Bound(raw.sqlite3_bind_blob(_statement, ++_parameter, value));
        return this;
    }

    /// <summary>Carries the statement out and makes it ready for the next use.</summary>
    public void Execute()
    {
        while (Read())
        {
        }
    }

    /// <summary>Goes to the next row; when there is none, the statement is ready for its next use.</summary>
    public bool Read()
    {
        _column = 0;
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
            return true;
        Reset();
        if (result != raw.SQLITE_DONE)
            ThrowUnlessOk(result);
        return false;
    }

    /// <summary>The one row there is, or null.</summary>
    public T? ReadOne<T>(Func<Statement, T> read)
        where T : class
    {
        if (!Read())
            return null;
        var row = read(this);
        Reset();
        return row;
    }

    /// <summary>The number in the first column of the first row, or null where there is no row.</summary>
    public long? ReadNumber()
    {
        if (!Read())
            return null;
        var number = Long();
        Reset();
        return number;
    }

    public List<T> ReadAll<T>(Func<Statement, T> read)
    {
        var rows = new List<T>();
        while (Read())
            rows.Add(read(this));
        return rows;
    }

    public long Long() => raw.sqlite3_column_int64(_statement, _column++);
    public int Int() => (int)Long();
    public bool Bool() => Long() != 0;
    public Credits Credits() => new(Long());
    public DateTimeOffset Time() => DateTimeOffset.FromUnixTimeMilliseconds(Long());
    public string Text() => raw.sqlite3_column_text(_statement, _column++).utf8_to_string() ?? "";
    public Bytes32 Digest() => new(raw.sqlite3_column_blob(_statement, _column++));
    public byte[] Blob() => raw.sqlite3_column_blob(_statement, _column++).ToArray();
    public long? LongOrNull() => IsNull() ? null : Long();
    public DateTimeOffset? TimeOrNull() => IsNull() ? null : Time();
    public Bytes32? DigestOrNull() => IsNull() ? null : Digest();

    /// <summary>Makes the statement ready for its next use.</summary>
    public void Reset()
    {
        _parameter = 0;
        _column = 0;
        // What reset returns repeats the failure of the last step, which was reported then.
        _ = raw.sqlite3_reset(_statement);
    }

    public void Dispose() => _statement.Dispose();

    private bool IsNull()
    {
        if (raw.sqlite3_column_type(_statement, _column) != raw.SQLITE_NULL)
            return false;
        _column++;
        return true;
    }

    private Statement BindNull()
    {
        Bound(raw.sqlite3_bind_null(_statement, ++_parameter));
        return this;
    }

    private void Bound(int result)
    {
        if (result == raw.SQLITE_OK)
            return;
        Reset();
        ThrowUnlessOk(result);
    }

    private void ThrowUnlessOk(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, _connection.Handle);
    }
}
