using System.Data.Common;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>The row that a reader stands on.</summary>
internal sealed class PostgresRow(DbDataReader reader) : IRowReader
{
    private int _column;

    /// <summary>Begins again with the first column, for the reader's next row.</summary>
    public PostgresRow Next()
    {
        _column = 0;
        return this;
    }

    public long Long() => reader.GetInt64(_column++);
    public long? LongOrNull() => IsNull() ? null : Long();
    public string Text() => reader.GetString(_column++);
    public string? TextOrNull() => IsNull() ? null : Text();
    public Bytes32 Digest() => new(Blob());
    public Bytes32? DigestOrNull() => IsNull() ? null : Digest();
    public byte[] Blob() => reader.GetFieldValue<byte[]>(_column++);

    private bool IsNull()
    {
        if (!reader.IsDBNull(_column))
            return false;
        _column++;
        return true;
    }
}
