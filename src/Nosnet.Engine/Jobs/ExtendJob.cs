using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Lets a job that has not ended run longer, and holds the price of the added time.</summary>
public sealed record ExtendJob(Caller Caller, JobAddress Job, long Seconds) : Command<ExtendedJob>
{
    public override Outcome<ExtendedJob> Decide(Draft draft)
    {
        if (!Caller.TryFind(draft, Job, out var job))
            return JobRefusals.UnknownJob(Job);
        if (job.IsEnded)
            return new Refusal(ErrorCode.JobEnded, $"Job {Job} has ended, so it cannot be extended. Post it again to run it again.");
        if (job.StopRequested)
            return new Refusal(ErrorCode.JobEnded, $"Job {Job} is being stopped, so it cannot be extended. Post it again to run it again.");
        if (Caller.Budget != 0 && Caller.Budget != job.Budget)
            return new Refusal(ErrorCode.CapReached, $"An API key with a budget of its own extends only jobs that count in it, and job {Job} does not. Use the key that posted it, or one without caps.");
        var market = draft.Market(job.Market)!;
        var left = market.MaxTimeoutSeconds - job.TimeoutSeconds;
        if (Seconds < 1 || Seconds > left)
            return new Refusal(ErrorCode.InvalidTimeout, string.Create(CultureInfo.InvariantCulture,
                $"Job {Job} cannot be extended by {Seconds} seconds: it has {job.TimeoutSeconds} of the {market.MaxTimeoutSeconds} seconds that the market {market.Slug} allows. {(left > 0 ? $"Extend by 1 to {left} seconds." : "Post it again to run it again.")}"));

        var account = draft.Account(job.Account)!;
        var extended = job with { TimeoutSeconds = job.TimeoutSeconds + Seconds };
        // Held anew for the whole time, so that many small extensions cost no more than one large one.
        if (!Pricing.TryReservation(job.PricePerHour, extended.TimeoutSeconds, out var reservation))
            return JobRefusals.TimeoutOutOfRange(extended.TimeoutSeconds, market);
        var added = reservation - job.Reserved;
        var payer = job.Vault == 0 ? account : draft.Account(job.Vault)!;
        if (payer.Available < added)
            return JobRefusals.InsufficientCredits(payer.Available, added);
        if (CapRules.Check(draft, account, job.Budget, added, ofJob: reservation) is { } capped)
            return capped;

        draft.Put(extended with { Reserved = reservation });
        draft.Put(account with { Spent = account.Spent.Held(added, draft.Now) });
        var tx = draft.Record(new Entry
        {
            Kind = EntryKind.JobExtended,
            Account = payer.Key,
            Job = job.Key,
            Epoch = job.Epoch,
            Amount = added,
            Postings = Postings.Reserve(payer.Key, added),
        });
        CapRules.Hold(draft, job.Budget, added);
        LowBalance.Tell(draft, account);
        if (job.Node != 0)
            draft.Tell(job.Node);
        return new ExtendedJob(tx, draft.Job(job.Key)!, added, account.Address);
    }
}

/// <summary>The answer to <see cref="ExtendJob"/>.</summary>
public sealed record ExtendedJob(Tx Tx, Job Job, Credits Reserved, AccountAddress Owner);
