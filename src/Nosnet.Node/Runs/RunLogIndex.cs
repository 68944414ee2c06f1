using Microsoft.Win32.SafeHandles;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Where the entries of a run's log stand in its file, and how far it is.</summary>
internal sealed class RunLogIndex
{
    /// <summary>What a line counts for beyond its text, so that endless empty lines come to an end too.</summary>
    public const int LineCost = 64;

    private const int Every = 256;
    private const int RecoverBytes = 1024 * 1024;

    private readonly List<long> _offsets = [];
    private readonly Dictionary<(int Operation, LogKind Stream), long> _positions = [];

    public long Count { get; private set; }

    public long Length { get; private set; }

    public long OutputCost { get; private set; }

    public void Add(RunLogRecord record, int length, int characters)
    {
        if (Count % Every == 0)
            _offsets.Add(Length);
        Count++;
        Length += length;
        if (!record.IsOutput)
            return;
        _positions[(record.Operation, record.Kind)] = record.Position;
        OutputCost += LineCost + characters;
    }

    public long Position(int operation, LogKind stream) => _positions.GetValueOrDefault((operation, stream));

    /// <summary>A place at or before the entry that follows this number: how many entries stand before it, and its offset.</summary>
    public (long Number, long Offset) Before(long after)
    {
        if (after >= Count)
            return (Count, Length);
        var slot = (int)(Math.Max(0, after) / Every);
        return slot < _offsets.Count ? (slot * (long)Every, _offsets[slot]) : (0, 0);
    }

    /// <summary>Reads what is in the file. What a crash left half written at its end is cut off.</summary>
    public void Recover(SafeFileHandle file)
    {
        var buffer = new byte[RecoverBytes];
        while (true)
        {
            var read = RandomAccess.Read(file, buffer, Length);
            var at = 0;
            while (RunLogRecord.TryTake(buffer.AsSpan(at, read - at), out var record, out var length))
            {
                Add(record, length, record.IsOutput ? RunLogRecord.Entry(buffer.AsSpan(at + RunLogRecord.HeadLength, length - RunLogRecord.HeadLength)).Message.Length : 0);
                at += length;
            }
            if (at == 0)
                break;
        }
        RandomAccess.SetLength(file, Length);
    }
}
