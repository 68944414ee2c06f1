namespace Nosnet.Node;

/// <summary>Makes what an operation's container writes into entries of the run's log, each byte once however often it is read.</summary>
internal sealed class OperationLog
{
    private readonly RunLog _log;
    private readonly PlannedOperation _operation;
    private readonly LineSplitter _out, _error;
    private readonly List<OutputLine> _lines = [];
    private readonly long _quota;
    private readonly Action _exceeded;

    /// <param name="log">The log of the run.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="quota">How much all operations of the run may write, as <see cref="RunLog.OutputCost"/> counts.</param>
    /// <param name="exceeded">Told when it is more; what is written from then on is dropped.</param>
    public OperationLog(RunLog log, PlannedOperation operation, long quota, Action exceeded)
    {
        _log = log;
        _operation = operation;
        _out = new LineSplitter(log.Mask);
        _error = new LineSplitter(log.Mask);
        _quota = quota;
        _exceeded = exceeded;
        Rewind();
    }

    /// <summary>What comes next is the output from its beginning again.</summary>
    public void Rewind()
    {
        _out.Rewind(_log.Position(_operation.Index, OutputStream.Out));
        _error.Rewind(_log.Position(_operation.Index, OutputStream.Error));
    }

    public void Take(OutputPiece piece)
    {
        if (_log.OutputCost > _quota)
        {
            _exceeded();
            return;
        }
        (piece.Stream == OutputStream.Out ? _out : _error).Take(piece.Bytes.Span, _lines);
        Write(piece.Stream, piece.Time);
    }

    /// <summary>There is no more to come: lines without a break are lines too.</summary>
    public void Complete()
    {
        _out.Complete(_lines);
        Write(OutputStream.Out, null);
        _error.Complete(_lines);
        Write(OutputStream.Error, null);
    }

    private void Write(OutputStream stream, DateTimeOffset? time)
    {
        _log.Append(_operation, stream, _lines, time);
        _lines.Clear();
    }
}
