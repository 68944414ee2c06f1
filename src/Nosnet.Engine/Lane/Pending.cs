namespace Nosnet.Engine;

/// <summary>A command on its way through a lane, and whoever waits for its answer.</summary>
internal abstract class Pending
{
    /// <summary>Decides against the rows; null where it was refused.</summary>
    public abstract Draft? Decide(IRows rows, DateTimeOffset now);

    public abstract bool IsAnswered { get; }

    /// <summary>Answers what was decided last.</summary>
    public abstract void Answer();

    public abstract void Fail(Exception cause);
}

internal sealed class Pending<T>(Command<T> command) : Pending
{
    private readonly TaskCompletionSource<Outcome<T>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Outcome<T> _outcome;

    public Task<Outcome<T>> Answered => _answer.Task;

    public override bool IsAnswered => Answered.IsCompleted;

    public override Draft? Decide(IRows rows, DateTimeOffset now)
    {
        var draft = new Draft(rows, now);
        _outcome = command.Decide(draft);
        return _outcome.IsRefused ? null : draft;
    }

    public override void Answer() => _answer.TrySetResult(_outcome);

    public override void Fail(Exception cause) => _answer.TrySetException(cause);
}
