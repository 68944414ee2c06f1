namespace Nosnet.Engine;

/// <summary>What is on its way through a lane, and whoever waits for its answer.</summary>
internal abstract class Pending
{
    /// <summary>How many commands it is.</summary>
    public abstract int Commands { get; }

    /// <summary>The deployment that it is going to need whole; 0: none.</summary>
    public virtual long WholeDeployment => 0;

    /// <summary>Decides on the lane's draft, and hands it over where it is to change something: it is accepted before the next begins.</summary>
    public abstract void Decide(Draft draft, DateTimeOffset now, Action<Draft> accept);

    public abstract bool IsAnswered { get; }

    /// <summary>Answers what was decided last.</summary>
    public abstract void Answer();

    public abstract void Fail(Exception cause);
}

internal abstract class Pending<T> : Pending
{
    private readonly TaskCompletionSource<Outcome<T>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Outcome<T>> Answered => _answer.Task;

    public override bool IsAnswered => Answered.IsCompleted;

    protected Outcome<T> Outcome { get; set; }

    public override void Answer() => _answer.TrySetResult(Outcome);

    public override void Fail(Exception cause) => _answer.TrySetException(cause);
}

internal sealed class PendingCommand<T>(Command<T> command) : Pending<T>
{
    public override int Commands => 1;

    public override long WholeDeployment => command.WholeDeployment;

    public override void Decide(Draft draft, DateTimeOffset now, Action<Draft> accept)
    {
        draft.Begin(now);
        Outcome = command.Decide(draft);
        if (!Outcome.IsRefused)
            accept(draft);
    }
}

/// <summary>Many commands in one transaction, each from a new beginning of the draft: it sees those before it, and its refusal is its own.</summary>
internal sealed class PendingBatch<T>(OnceEach<T> batch) : Pending<Said>
{
    public override int Commands => Math.Max(1, batch.Commands.Count);

    public override void Decide(Draft draft, DateTimeOffset now, Action<Draft> accept)
    {
        draft.Begin(now);
        if (draft.Answer(batch.Key.Id)?.For(batch.Key, now) is { } earlier)
        {
            Outcome = earlier;
            return;
        }

        var outcomes = new Outcome<T>[batch.Commands.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            draft.Begin(now);
            outcomes[i] = batch.Commands[i].Decide(draft);
            if (!outcomes[i].IsRefused)
                accept(draft);
        }

        draft.Begin(now);
        Outcome = draft.Keep(batch.Key, batch.Say(outcomes));
        accept(draft);
    }
}
