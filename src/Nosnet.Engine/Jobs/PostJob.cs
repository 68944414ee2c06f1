using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Posts a job: holds its price and gives it to a waiting node, or queues it. Its definition was found and read before.</summary>
public sealed record PostJob(long Account, MarketAddress Market, Cid Definition, long TimeoutSeconds, NodeAddress? Node) : Command<PostedJob>
{
    /// <summary>What its definition asks of the machine; null: nothing.</summary>
    public JobRequirements? Requirements { get; init; }

    /// <summary>The deployment that posts it; 0: none does.</summary>
    public long Deployment { get; init; }

    /// <summary>The revision of the deployment.</summary>
    public int Revision { get; init; }

    /// <summary>The API key with which it is posted, where that has a <see cref="Engine.Budget"/>; else 0.</summary>
    public long Budget { get; init; }

    public override Outcome<PostedJob> Decide(Draft draft)
    {
        var account = draft.Account(Account)!;
        // A job of a deployment is its owner's, and its vault pays.
        var payer = Deployment != 0 && draft.Deployment(Deployment) is { Vault: not 0 and var vault } ? draft.Account(vault)! : account;
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
            if (!wanted.Capacity.Reaches(Requirements))
                return new Refusal(ErrorCode.NodeUnfit, $"The node {address} cannot run this job: {wanted.Capacity.Lack(Requirements!)} Leave out 'node' to take any node of the market.");
            if (!wanted.IsWaiting || !draft.CapacityNow(wanted).Reaches(Requirements) || !Leases.IsLive(draft.LastSeen(wanted.Key), draft.Now))
                return new Refusal(ErrorCode.NodeBusy, $"The node {address} has no free slot now. Leave out 'node' to take any node of the market, or try again later.");
        }

        if (payer.Available < reservation)
            return JobRefusals.InsufficientCredits(payer.Available, reservation);
        if (CapRules.Check(draft, account, Budget, reservation, ofJob: reservation) is { } capped)
            return capped;

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
            Requirements = Requirements,
            Reserved = reservation,
            Vault = payer == account ? 0 : payer.Key,
            Deployment = Deployment,
            Revision = Revision,
            Budget = Budget,
            PreviousOfAccount = account.LastJob,
        };
        draft.Put(job);
        draft.Put(account with { LastJob = job.Key, Jobs = account.Jobs + 1, Spent = account.Spent.Held(reservation, draft.Now) });
        var tx = draft.Record(new Entry
        {
            Kind = EntryKind.JobPosted,
            Account = payer.Key,
            Job = job.Key,
            Amount = reservation,
            Postings = Postings.Reserve(payer.Key, reservation),
        });
        CapRules.Hold(draft, Budget, reservation);
        LowBalance.Tell(draft, account);
        Matching.FindNode(draft, job.Key);
        job = draft.Job(job.Key)!;
        return new PostedJob(tx, job, reservation, account.Address, job.Node == 0 ? null : draft.Node(job.Node)!.Address);
    }
}

/// <summary>The answer to <see cref="PostJob"/>.</summary>
/// <param name="Tx">The id of the change.</param>
/// <param name="Job">The job as it stands.</param>
/// <param name="Reserved">What is held for it.</param>
/// <param name="Owner">The account that pays.</param>
/// <param name="TakenBy">The node that took it at once.</param>
public sealed record PostedJob(Tx Tx, Job Job, Credits Reserved, AccountAddress Owner, NodeAddress? TakenBy);

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
