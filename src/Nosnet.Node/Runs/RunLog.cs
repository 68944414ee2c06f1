using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>
/// The log of one run: numbered entries in a file, written by one and read by any number, live and from any entry on. What was appended is
/// there after a crash of the node. What there was no room for on disk is lost, and the log says so where it goes on: no job ends for that.
/// </summary>
public sealed class RunLog : IDisposable
{
    private const int ReadBytes = 64 * 1024;
    private const int MaxMessage = 8 * 1024;

    private readonly Lock _lock = new();
    private readonly SafeFileHandle _file;
    private readonly TimeProvider _time;
    private readonly RunLogIndex _index = new();
    private readonly ArrayBufferWriter<byte> _pending = new(4096);
    private readonly ArrayBufferWriter<byte> _entry = new(1024);
    private readonly Utf8JsonWriter _json;
    private readonly List<(RunLogRecord Record, int Length, int Characters)> _added = [];
    private TaskCompletionSource? _changed;
    private int _lost;
    private bool _complete;
    private bool _disposed;
    private int _readers;

    private RunLog(SafeFileHandle file, TimeProvider time)
    {
        _file = file;
        _time = time;
        _json = new Utf8JsonWriter(_entry, RunLogRecord.Writing);
    }

    /// <summary>What is kept out of it; to be set before a secret can come into it.</summary>
    internal SecretMask Mask { get; set; } = SecretMask.None;

    /// <summary>How many entries there are.</summary>
    public long Count
    {
        get
        {
            lock (_lock)
                return _index.Count;
        }
    }

    /// <summary>What the containers have written, in bytes of text and a fixed amount for each line.</summary>
    internal long OutputCost
    {
        get
        {
            lock (_lock)
                return _index.OutputCost;
        }
    }

    /// <summary>Opens the log in a file, with what an earlier process wrote into it.</summary>
    public static RunLog Open(string path, TimeProvider time)
    {
        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        var log = new RunLog(file, time);
        log._index.Recover(file);
        return log;
    }

    /// <summary>Adds something the node says.</summary>
    public void Append(LogKind kind, string message, string? operation = null, long? current = null, long? total = null)
    {
        message = Mask.Apply(message);
        lock (_lock)
        {
            BeginNeedsLock();
            AddNeedsLock(new RunLogRecord(-1, kind, 0), new LogEntry
            {
                Id = NextNeedsLock(),
                OpId = operation,
                Kind = kind,
                Timestamp = _time.GetUtcNow(),
                Message = message.Length > MaxMessage ? message[..MaxMessage] + "…" : message,
                Current = current,
                Total = total,
            });
            FlushNeedsLock();
        }
    }

    /// <summary>Adds lines that an operation wrote to one of its streams.</summary>
    internal void Append(PlannedOperation operation, OutputStream stream, IReadOnlyList<OutputLine> lines, DateTimeOffset? time)
    {
        if (lines.Count == 0)
            return;
        var kind = stream == OutputStream.Out ? LogKind.Stdout : LogKind.Stderr;
        var timestamp = time ?? _time.GetUtcNow();
        lock (_lock)
        {
            BeginNeedsLock();
            foreach (var line in lines)
                AddNeedsLock(new RunLogRecord(operation.Index, kind, line.End), new LogEntry
                {
                    Id = NextNeedsLock(),
                    OpId = operation.Operation.Id,
                    Kind = kind,
                    Timestamp = timestamp,
                    Message = Mask.Apply(line.Text),
                });
            FlushNeedsLock();
        }
    }

    /// <summary>How many bytes of an operation's stream have become entries.</summary>
    internal long Position(int operation, OutputStream stream)
    {
        lock (_lock)
            return _index.Position(operation, stream == OutputStream.Out ? LogKind.Stdout : LogKind.Stderr);
    }

    /// <summary>Nothing will be added any more; readers that follow come to an end.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                BeginNeedsLock();
                FlushNeedsLock();
            }
            _complete = true;
            NotifyNeedsLock();
        }
    }

    /// <summary>
    /// Reads the entries after the one of this number; 0 for all. Where it follows, it goes on until the log is complete.
    /// </summary>
    public async IAsyncEnumerable<LogEntry> ReadAsync(long after, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (_, json) in ReadRecordsAsync(after, follow, cancellationToken).ConfigureAwait(false))
            yield return RunLogRecord.Entry(json.Span);
    }

    /// <summary>The same as <see cref="ReadAsync"/>, each entry in JSON as it stands in the file.</summary>
    internal async IAsyncEnumerable<(long Number, ReadOnlyMemory<byte> Json)> ReadRecordsAsync(
        long after, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (number, offset) = BeginReading(after);
        try
        {
            while (true)
            {
                var (end, complete, changed) = Look(offset, follow);
                while (offset < end)
                {
                    var block = await ReadBlockAsync(offset, end, cancellationToken).ConfigureAwait(false);
                    for (var at = 0; RunLogRecord.TryTake(block.AsSpan(at), out _, out var length); at += length, offset += length)
                    {
                        if (++number > after)
                            yield return (number, block.AsMemory(at + RunLogRecord.HeadLength, length - RunLogRecord.HeadLength));
                    }
                }
                if (complete || !follow)
                    yield break;
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            EndReading();
        }
    }

    /// <summary>Closes the log as complete; the file as soon as its last reader has come to an end.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            _complete = true;
            NotifyNeedsLock();
            _json.Dispose();
            if (_readers == 0)
                _file.Dispose();
        }
    }

    private (long Number, long Offset) BeginReading(long after)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _readers++;
            return _index.Before(after);
        }
    }

    private void EndReading()
    {
        lock (_lock)
        {
            if (--_readers == 0 && _disposed)
                _file.Dispose();
        }
    }

    private (long End, bool Complete, Task Changed) Look(long offset, bool follow)
    {
        lock (_lock)
        {
            if (!follow || _complete || offset < _index.Length)
                return (_index.Length, _complete, Task.CompletedTask);
            _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (_index.Length, false, _changed.Task);
        }
    }

    /// <summary>What is added now comes after what was lost, if anything was.</summary>
    private void BeginNeedsLock()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_lost == 0)
            return;
        AddNeedsLock(new RunLogRecord(-1, LogKind.Error, 0), new LogEntry
        {
            Id = NextNeedsLock(),
            Kind = LogKind.Error,
            Timestamp = _time.GetUtcNow(),
            Message = string.Create(CultureInfo.InvariantCulture, $"Lines are missing here that the node could not write to its disk: {_lost}"),
        });
    }

    private long NextNeedsLock() => _index.Count + _added.Count + 1;

    private void AddNeedsLock(RunLogRecord record, LogEntry entry)
    {
        _entry.ResetWrittenCount();
        _json.Reset();
        JsonSerializer.Serialize(_json, entry, ProtocolJson.Default.LogEntry);
        _json.Flush();
        _added.Add((record, record.Write(_pending, _entry.WrittenSpan), entry.Message.Length));
    }

    private void FlushNeedsLock()
    {
        try
        {
            // Without a sync: what the system has taken survives the node, and when the machine goes down the containers go with it.
            RandomAccess.Write(_file, _pending.WrittenSpan, _index.Length);
            foreach (var (record, length, characters) in _added)
                _index.Add(record, length, characters);
            _lost = 0;
        }
        catch (IOException)
        {
            // The first of them says what was lost before, where something was.
            _lost += _added.Count - (_lost > 0 ? 1 : 0);
            CutNeedsLock();
        }
        _pending.ResetWrittenCount();
        _added.Clear();
        NotifyNeedsLock();
    }

    /// <summary>What is half written must not stand behind what comes next: after a crash it could be taken for an entry.</summary>
    private void CutNeedsLock()
    {
        try
        {
            RandomAccess.SetLength(_file, _index.Length);
        }
        catch (IOException)
        {
            // Nor is there room for that; the next try cuts it, or writes over it.
        }
    }

    private void NotifyNeedsLock()
    {
        _changed?.TrySetResult();
        _changed = null;
    }

    private async ValueTask<byte[]> ReadBlockAsync(long offset, long end, CancellationToken cancellationToken)
    {
        var block = new byte[(int)Math.Min(ReadBytes, end - offset)];
        await FillAsync(block, offset, cancellationToken).ConfigureAwait(false);
        if (RunLogRecord.LengthOf(block) is var first && first > block.Length)
        {
            block = new byte[first];
            await FillAsync(block, offset, cancellationToken).ConfigureAwait(false);
        }
        return block;
    }

    private async ValueTask FillAsync(Memory<byte> block, long offset, CancellationToken cancellationToken)
    {
        while (!block.IsEmpty)
        {
            var read = await RandomAccess.ReadAsync(_file, block, offset, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new EndOfStreamException("The log of a run is shorter than what was written to it.");
            block = block[read..];
            offset += read;
        }
    }
}
