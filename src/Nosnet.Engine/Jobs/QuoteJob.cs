using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What posting a job would come to now. It is decided as the post itself would be, and nothing of it is kept.</summary>
public sealed record QuoteJob(PostJob Post) : Command<QuotedJob>
{
    public override Outcome<QuotedJob> Decide(Draft draft)
    {
        var outcome = Post.Decide(draft);
        draft.Begin(draft.Now);
        return outcome.IsRefused ? new QuotedJob(null, outcome.Refusal) : new QuotedJob(outcome.Value.TakenBy, null);
    }
}

/// <summary>The answer to <see cref="QuoteJob"/>.</summary>
/// <param name="TakenBy">The node that would take it at once; null where it would wait.</param>
/// <param name="Refusal">The refusal that it would meet; null where there is none.</param>
public sealed record QuotedJob(NodeAddress? TakenBy, Refusal? Refusal);
