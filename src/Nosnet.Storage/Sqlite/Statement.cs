using Microsoft.Data.Sqlite;
using Nosnet.Engine;
using Nosnet.Protocol;
using SQLitePCL;

namespace Nosnet.Storage;

/// <summary>
/// A prepared statement, used again and again on one thread. It goes to SQLite beneath ADO.NET, whose commands and readers cost a
/// lane more than its own work.
/// </summary>
internal sealed class Statement : IRowReader, IRowWriter, IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _statement;
    private readonly nint _native;
    private int _parameter;
    private int _column;

    public Statement(SqliteConnection connection, string sql)
    {
        _connection = connection;
        ThrowUnlessOk(raw.sqlite3_prepare_v3(connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _native = _statement.DangerousGetHandle();
    }

    public Statement Bind(long value)
    {
        Bound(NativeStatement.BindLong(_native, ++_parameter, value));
        return this;
    }

    public Statement Bind(long? value) => value is { } number ? Bind(number) : BindNull();
    public Statement Bind(DateTimeOffset value) => Bind(value.ToUnixTimeMilliseconds());

    public Statement Bind(string? value)
    {
        if (value is null)
            return BindNull();
        Bound(raw.sqlite3_bind_text(_statement, ++_parameter, value));
        return this;
    }

    public Statement Bind(Bytes32 value)
    {
        Span<byte> bytes = stackalloc byte[Bytes32.Length];
        value.CopyTo(bytes);
        return Bind(bytes);
    }

    public Statement Bind(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(bytes);
    }

    public Statement Bind(Bytes32? value) => value is { } bytes ? Bind(bytes) : BindNull();

    public Statement Bind(ReadOnlySpan<byte> value)
    {
        Bound(NativeStatement.BindBlob(_native, ++_parameter, value));
        return this;
    }

    IRowWriter IRowWriter.Bind(long value) => Bind(value);
    IRowWriter IRowWriter.Bind(long? value) => Bind(value);
    IRowWriter IRowWriter.Bind(string? value) => Bind(value);
    IRowWriter IRowWriter.Bind(Bytes32 value) => Bind(value);
    IRowWriter IRowWriter.Bind(Bytes32? value) => Bind(value);
    IRowWriter IRowWriter.Bind(ReadOnlySpan<byte> value) => Bind(value);

    /// <summary>Carries the statement out and makes it ready for the next use.</summary>
    public void Execute()
    {
        while (Read())
        {
        }
    }

    /// <summary>Carries the statement out to its end; whether it returned a row.</summary>
    public bool Counts()
    {
        var any = false;
        while (Read())
            any = true;
        return any;
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

    public long Long() => NativeStatement.Long(_native, _column++);
    public DateTimeOffset Time() => DateTimeOffset.FromUnixTimeMilliseconds(Long());
    public string Text() => raw.sqlite3_column_text(_statement, _column++).utf8_to_string() ?? "";
    public Bytes32 Digest() => new(NativeStatement.Blob(_native, _column++));
    public Guid Guid() => new(NativeStatement.Blob(_native, _column++), bigEndian: true);
    public byte[] Blob() => NativeStatement.Blob(_native, _column++).ToArray();
    public string? TextOrNull() => IsNull() ? null : Text();
    public long? LongOrNull() => IsNull() ? null : Long();
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
        if (NativeStatement.Type(_native, _column) != raw.SQLITE_NULL)
            return false;
        _column++;
        return true;
    }

    private Statement BindNull()
    {
        Bound(NativeStatement.BindNull(_native, ++_parameter));
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
        if (result == raw.SQLITE_OK)
            return;
        try
        {
            SqliteException.ThrowExceptionForRC(result, _connection.Handle);
        }
        catch (SqliteException failure) when (Outage(failure) is { } told)
        {
            throw new StoreUnavailableException(told, failure);
        }
    }

    /// <summary>What to tell of a failure that passes when the machine is well again; null for all others.</summary>
    private static string? Outage(SqliteException failure) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "The disk that the network's data is on is full, so nothing can be written. Try again when its operator has made room.",
        raw.SQLITE_IOERR => "The disk that the network's data is on fails. Try again later; if it stays, tell the operator.",
        raw.SQLITE_BUSY => "Another process holds the network's data. Try again in a moment.",
        _ => null,
    };
}
