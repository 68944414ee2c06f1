using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Posts a job: holds its price and gives it to a waiting node, or queues it. Its definition was found and read before.</summary>
public sealed record PostJob(long Account, MarketAddress Market, Cid Definition, long TimeoutSeconds, NodeAddress? Node) : Command<PostedJob>
{
    public override Outcome<PostedJob> Decide(Draft draft)
    {
        var account = draft.Account(Account)!;
        if (draft.Market(Market) is not { } market)
            return JobRefusals.UnknownMarket(Market);
        if (!market.Open)
            return new Refusal(ErrorCode.MarketClosed, $"The market {market.Slug} is closed: it takes no new jobs. Choose another one (GET /api/markets).");
        if (TimeoutSeconds < 1 || TimeoutSeconds > market.MaxTimeoutSeconds)
            return JobRefusals.TimeoutOutOfRange(TimeoutSeconds, market);
        if (!Pricing.TryReservation(market.PricePerHour, TimeoutSeconds, out var reservation))
            return JobRefusals.TimeoutOutOfRange(TimeoutSeconds, market);

        Node? wanted = null;
        if (Node is { } address)
        {
            wanted = draft.Node(address);
            if (wanted is null || wanted.Market != market.Key)
                return new Refusal(ErrorCode.UnknownNode, $"No node {address} works for the market {market.Slug}. Leave out 'node' to take any node of the market.");
            if (!wanted.IsWaiting || !Leases.IsLive(draft.LastSeen(wanted.Key), draft.Now))
                return new Refusal(ErrorCode.NodeBusy, $"The node {address} has no free slot now. Leave out 'node' to take any node of the market, or try again later.");
        }

        if (account.Available < reservation)
            return JobRefusals.InsufficientCredits(account.Available, reservation);

        var job = new Job
        {
            Key = draft.Next.Job,
            Account = Account,
            Market = market.Key,
            Definition = Definition,
            PricePerHour = market.PricePerHour,
            FeeBasisPoints = market.FeeBasisPoints,
            TimeoutSeconds = TimeoutSeconds,
            PostedAt = draft.Now,
            QueuedUntil = draft.Now.AddSeconds(market.QueueExpirySeconds),
            WantedNode = wanted?.Key ?? 0,
            Reserved = reservation,
            PreviousOfAccount = account.LastJob,
        };
        draft.Put(job);
        draft.Put(account with { LastJob = job.Key, Jobs = account.Jobs + 1 });
        var tx = draft.Record(new Entry
        {
            Kind = EntryKind.JobPosted,
            Account = Account,
            Job = job.Key,
            Amount = reservation,
            Postings = Postings.Reserve(Account, reservation),
        });
        Matching.FindNode(draft, job.Key);
        return new PostedJob(tx, draft.Job(job.Key)!, reservation);
    }
}

/// <summary>The answer to <see cref="PostJob"/>.</summary>
public sealed record PostedJob(Tx Tx, Job Job, Credits Reserved);

/// <summary>The refusals that several commands share.</summary>
internal static class JobRefusals
{
    public static Refusal UnknownMarket(MarketAddress market) =>
        new(ErrorCode.UnknownMarket, $"There is no market {market}. GET /api/markets lists those of this network.");

    public static Refusal UnknownJob(JobAddress job) =>
        new(ErrorCode.JobNotFound, $"There is no job {job} on your account. GET /api/jobs lists your jobs.");

    public static Refusal Stale(RunAddress run, int epoch) =>
        new(ErrorCode.StaleEpoch, $"Run {run} with epoch {epoch} is not yours any more: stop its containers and remove them.");

    /// <summary>Official clients look for the first two words.</summary>
    public static Refusal InsufficientCredits(Credits available, Credits required) =>
        new(ErrorCode.InsufficientCredits, $"Insufficient credits. Available: {available}, Required: {required}");

    public static Refusal TimeoutOutOfRange(long seconds, Market market) =>
        new(ErrorCode.InvalidTimeout, string.Create(CultureInfo.InvariantCulture,
            $"A timeout of {seconds} seconds is out of range: the market {market.Slug} takes 1 to {market.MaxTimeoutSeconds} seconds."));
}
