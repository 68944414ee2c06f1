namespace Nosnet.Engine;

/// <summary>
/// A command that is carried out once under its key: what it did and what was said of it become durable together, and whoever asks
/// again is told the same. A refusal is not kept, since it changed nothing: the same request may succeed later.
/// </summary>
/// <param name="Command">The command.</param>
/// <param name="Key">Under which key it came.</param>
/// <param name="Say">The answer to it. It is called on the lane's thread and does no I/O.</param>
public sealed record Once<T>(Command<T> Command, IdempotencyKey Key, Func<T, Said> Say) : Command<Said>
{
    public override Outcome<Said> Decide(Draft draft)
    {
        if (draft.Answer(Key.Id)?.For(Key, draft.Now) is { } earlier)
            return earlier;
        var outcome = Command.Decide(draft);
        return outcome.IsRefused ? outcome.Refusal : draft.Keep(Key, Say(outcome.Value));
    }
}
