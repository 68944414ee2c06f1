using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What happened to a job or to an account's credits: the entries, walked along their chains from the newest.</summary>
internal sealed class History(NetworkEngine engine, Names names)
{
    private const int MostEvents = 10_000;

    /// <summary>How many entries one page looks at. Most of an account's entries move no credits.</summary>
    private const int MostWalked = 2_000;

    /// <summary>A job's steps, oldest first.</summary>
    public async Task<IReadOnlyList<JobEvent>> OfJobAsync(Job job, CancellationToken cancellation)
    {
        var events = new List<JobEvent>();
        for (var place = job.LastEntry; !place.IsNowhere && events.Count < MostEvents;)
        {
            var (entry, tx) = await ReadAsync(place, cancellation);
            events.Add(new JobEvent
            {
                Tx = tx,
                Type = entry.Kind.ToString(),
                At = entry.At,
                Node = entry.Subject == 0 ? null : await names.NodeAsync(entry.Subject, cancellation),
                Epoch = entry.Epoch == 0 ? null : entry.Epoch,
                Reason = entry.Reason,
                Amount = entry.Kind is EntryKind.JobPosted or EntryKind.JobExtended or EntryKind.JobEnded ? entry.Amount : null,
            });
            place = entry.PreviousOfJob;
        }

        events.Reverse();
        return events;
    }

    /// <summary>The id of the change that posted a job.</summary>
    public async ValueTask<string> TxOfPostAsync(Job job, CancellationToken cancellation)
    {
        var tx = "";
        for (var (place, walked) = (job.LastEntry, 0); !place.IsNowhere && walked < MostEvents; walked++)
        {
            (var entry, tx) = await ReadAsync(place, cancellation);
            place = entry.PreviousOfJob;
        }

        return tx;
    }

    /// <summary>An account's movements of credits, newest first, from the given place on.</summary>
    public async Task<CreditPage> OfAccountAsync(long account, EntryPlace from, int limit, CancellationToken cancellation)
    {
        var movements = new List<CreditMovement>(limit);
        var place = from;
        for (var walked = 0; !place.IsNowhere && movements.Count < limit && walked < MostWalked; walked++)
        {
            var (entry, tx) = await ReadAsync(place, cancellation);
            if (Movement(account, entry, tx) is { } movement)
                movements.Add(movement);
            // An entry stands in two chains where one account pays and another earns by it.
            place = entry.Account == account ? entry.PreviousOfAccount : entry.PreviousOfPayee;
        }

        return new CreditPage(movements, place.IsNowhere ? null : engine.Addresses.Place(place).ToString());
    }

    private CreditMovement? Movement(long account, Entry entry, string tx)
    {
        var job = entry.Job == 0 ? (JobAddress?)null : engine.Addresses.Job(entry.Job);
        if (entry.Account != account && entry.Kind is not EntryKind.CreditsMoved)
            return new CreditMovement { Tx = tx, Type = "node_reward", At = entry.At, Amount = entry.Postings.Change(account, Bucket.Earned), Job = job };
        var type = entry.Kind switch
        {
            EntryKind.CreditsGranted => "manual_grant",
            EntryKind.CreditsMoved => "vault_transfer",
            EntryKind.JobPosted => "job_debit",
            EntryKind.JobExtended => "job_extend",
            EntryKind.JobEnded => entry.Amount == Credits.Zero ? "job_refund" : "job_settlement",
            _ => null,
        };
        return type is null ? null : new CreditMovement
        {
            Tx = tx,
            Type = type,
            At = entry.At,
            Amount = entry.Postings.Change(account, Bucket.Available),
            Settled = type == "job_settlement" ? entry.Amount : null,
            Job = job,
        };
    }

    private async ValueTask<(Entry Entry, string Tx)> ReadAsync(EntryPlace place, CancellationToken cancellation)
    {
        var bytes = await engine.Read.EntryAsync(place, cancellation) ?? throw new InvalidDataException($"The entry {place.Index} of block {place.Height} is missing.");
        return (EntryCodec.Decode(bytes), new Tx(engine.Addresses.Place(place), Bytes32.HashOf(bytes)).ToString());
    }
}
