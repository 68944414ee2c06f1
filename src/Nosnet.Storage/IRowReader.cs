using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>A row of a store whose columns are read one after the other.</summary>
internal interface IRowReader
{
    long Long();
    long? LongOrNull();
    string Text();
    string? TextOrNull();
    Bytes32 Digest();
    Bytes32? DigestOrNull();
    byte[] Blob();

    Guid Guid() => new(Blob(), bigEndian: true);
    int Int() => (int)Long();
    bool Bool() => Long() != 0;
    Credits Credits() => new(Long());
    DateTimeOffset Time() => DateTimeOffset.FromUnixTimeMilliseconds(Long());
    DateTimeOffset? TimeOrNull() => LongOrNull() is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
