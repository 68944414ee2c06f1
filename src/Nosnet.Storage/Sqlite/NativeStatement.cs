using System.Runtime.InteropServices;

namespace Nosnet.Storage;

/// <summary>
/// The calls of SQLite that a statement makes for every value of a row. They return at once, so they are made without what the package's
/// own pay each time: counting the users of a handle, and telling the collector that the thread is away.
/// </summary>
internal static unsafe partial class NativeStatement
{
    private const string Library = "e_sqlite3";

    // Has SQLite copy what is bound.
    private const nint Transient = -1;

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    public static partial int BindLong(nint statement, int parameter, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition]
    public static partial int BindNull(nint statement, int parameter);

    public static int BindBlob(nint statement, int parameter, ReadOnlySpan<byte> value)
    {
        // Null would bind NULL, and nothing is not NULL.
        fixed (byte* start = value.IsEmpty ? [0] : value)
            return BindBlob(statement, parameter, start, value.Length, Transient);
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition]
    public static partial long Long(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type"), SuppressGCTransition]
    public static partial int Type(nint statement, int column);

    /// <summary>The bytes of a column, there until the next step.</summary>
    public static ReadOnlySpan<byte> Blob(nint statement, int column) => new(BlobStart(statement, column), BlobLength(statement, column));

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    private static partial int BindBlob(nint statement, int parameter, byte* value, int length, nint lifetime);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob"), SuppressGCTransition]
    private static partial byte* BlobStart(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes"), SuppressGCTransition]
    private static partial int BlobLength(nint statement, int column);
}
