using System.Collections.Concurrent;

namespace Nosnet.Storage;

/// <summary>Reading connections: as many as there are readers at once, kept for the next.</summary>
internal sealed class SqliteReaders(SqliteDatabase database) : IDisposable
{
    private readonly ConcurrentBag<SqliteReader> _idle = [];
    private bool _isDisposed;

    public T Read<T>(Func<SqliteReader, T> read)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var reader = _idle.TryTake(out var idle) ? idle : new SqliteReader(database);
        try
        {
            var result = read(reader);
            _idle.Add(reader);
            return result;
        }
        catch
        {
            // A reader whose statement failed half way is not handed to anyone else.
            reader.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var reader))
            reader.Dispose();
    }
}
