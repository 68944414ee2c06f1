using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>A row to be written, whose columns are given one after the other.</summary>
internal interface IRowWriter
{
    IRowWriter Bind(long value);
    IRowWriter Bind(long? value);
    IRowWriter Bind(string? value);
    IRowWriter Bind(Bytes32 value);
    IRowWriter Bind(Bytes32? value);
    IRowWriter Bind(ReadOnlySpan<byte> value);

    IRowWriter Bind(Guid value) => Bind(value.ToByteArray(bigEndian: true));
    IRowWriter Bind(bool value) => Bind(value ? 1L : 0L);
    IRowWriter Bind(Credits value) => Bind(value.Nano);
    IRowWriter Bind(DateTimeOffset value) => Bind(value.ToUnixTimeMilliseconds());
    IRowWriter Bind(DateTimeOffset? value) => Bind(value?.ToUnixTimeMilliseconds());

    /// <summary>Ends the row.</summary>
    void Execute();
}
