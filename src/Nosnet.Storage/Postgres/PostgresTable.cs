using Nosnet.Protocol;
using Npgsql;
using NpgsqlTypes;

namespace Nosnet.Storage;

/// <summary>
/// The rows of one table that wait to be written, column by column: they go as one statement with an array for each column, however
/// many they are.
/// </summary>
/// <param name="name">The table.</param>
/// <param name="columns">Its columns, in the order in which they are bound.</param>
/// <param name="conflict">What becomes of a row whose first column is there already.</param>
internal sealed class PostgresTable(string name, string columns, OnConflict conflict) : IRowWriter
{
    private readonly List<Column> _columns = [];
    private string? _sql;
    private int _column;

    public int Count { get; private set; }

    /// <summary>The statement that writes them all. They wait no longer.</summary>
    public NpgsqlBatchCommand Take()
    {
        var command = new NpgsqlBatchCommand(_sql ??= Sql());
        foreach (var column in _columns)
            command.Parameters.Add(column.Take());
        Count = 0;
        return command;
    }

    public void Clear()
    {
        _columns.ForEach(static c => c.Take());
        _column = 0;
        Count = 0;
    }

    public IRowWriter Bind(long value) => Bind((long?)value);

    public IRowWriter Bind(long? value)
    {
        Next<long?>(NpgsqlDbType.Bigint).Add(value);
        return this;
    }

    public IRowWriter Bind(string? value)
    {
        Next<string?>(NpgsqlDbType.Text).Add(value);
        return this;
    }

    public IRowWriter Bind(Bytes32 value)
    {
        Next<byte[]?>(NpgsqlDbType.Bytea).Add(value.ToArray());
        return this;
    }

    public IRowWriter Bind(Bytes32? value)
    {
        Next<byte[]?>(NpgsqlDbType.Bytea).Add(value?.ToArray());
        return this;
    }

    public IRowWriter Bind(ReadOnlySpan<byte> value)
    {
        Next<byte[]?>(NpgsqlDbType.Bytea).Add(value.ToArray());
        return this;
    }

    public void Execute()
    {
        _column = 0;
        Count++;
    }

    private List<T> Next<T>(NpgsqlDbType type)
    {
        if (_column == _columns.Count)
            _columns.Add(new Column<T>(type));
        return ((Column<T>)_columns[_column++]).Values;
    }

    private string Sql()
    {
        var names = columns.Split(", ");
        // As columns the arrays are taken row by row. As a table, PostgreSQL would first write out each of them by itself.
        var values = string.Join(", ", Enumerable.Range(1, names.Length).Select(n => $"unnest(${n})"));
        var insert = $"INSERT INTO {name} ({columns}) SELECT {values}";
        return conflict switch
        {
            OnConflict.Replace => $"{insert} ON CONFLICT ({names[0]}) DO UPDATE SET {string.Join(", ", names.Skip(1).Select(n => $"{n} = excluded.{n}"))}",
            OnConflict.Renew => $"{insert} ON CONFLICT ({names[0]}) DO UPDATE SET key = excluded.key, {string.Join(", ", names.Skip(1).Select(n => $"{n} = excluded.{n}"))}",
            OnConflict.Keep => $"{insert} ON CONFLICT ({names[0]}) DO NOTHING",
            _ => insert,
        };
    }

    private abstract class Column
    {
        public abstract NpgsqlParameter Take();
    }

    private sealed class Column<T>(NpgsqlDbType type) : Column
    {
        public List<T> Values { get; private set; } = [];

        public override NpgsqlParameter Take()
        {
            var taken = Values;
            Values = new List<T>(taken.Count);
            return new NpgsqlParameter<List<T>> { TypedValue = taken, NpgsqlDbType = NpgsqlDbType.Array | type };
        }
    }
}

/// <summary>What becomes of a row that is there already.</summary>
internal enum OnConflict
{
    /// <summary>There is none, or it is a mistake.</summary>
    Fail,

    /// <summary>The new one takes its place.</summary>
    Replace,

    /// <summary>The new one takes its place, with a key of its own.</summary>
    Renew,

    /// <summary>It stays.</summary>
    Keep,
}
