using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Entries as an account is told of them.</summary>
internal sealed class EventViews(NetworkEngine engine, Names names)
{
    public string IdOf(EntryPlace place) => engine.Addresses.Place(place).ToString();

    public async ValueTask<AccountEvent> ShownAsync(PlacedEntry placed, long account, CancellationToken cancellation)
    {
        var entry = placed.Entry;
        var told = new AccountEvent
        {
            Id = IdOf(placed.Place),
            Type = AccountEvents.TypeOf(entry.Kind),
            At = entry.At,
            Tx = new Tx(engine.Addresses.Place(placed.Place), Bytes32.HashOf(placed.Bytes)).ToString(),
            Account = await names.AccountAsync(account, cancellation),
            Job = entry.Job == 0 ? null : engine.Addresses.Job(entry.Job),
        };
        // Whose node ran a job learns what it earned; the rest is its owner's.
        if (entry.Account != account)
            return told with { Type = AccountEvents.CreditsEarned, AmountUsd = entry.Postings.Change(account, Bucket.Earned) };

        var change = entry.Postings.Change(account, Bucket.Available);
        told = told with
        {
            Node = entry.Subject != 0 && (entry.Job != 0 || entry.Kind is EntryKind.NodeRegistered) ? await names.NodeAsync(entry.Subject, cancellation) : null,
            ApiKey = entry.Subject != 0 && entry.Kind is (EntryKind.ApiKeyCreated or EntryKind.ApiKeyDeleted or EntryKind.LimitsChanged) ? engine.Addresses.ApiKey(entry.Subject).ToString() : null,
            Epoch = entry.Epoch == 0 ? null : entry.Epoch,
            Reason = entry.Reason,
            AmountUsd = entry.Postings.All.Count > 0 || entry.Kind is EntryKind.BalanceLow or EntryKind.JobEnded ? entry.Amount : null,
            AvailableChangeUsd = change == Credits.Zero ? null : change,
        };
        // A job that has ended changes no more, so what its row says now it said then.
        return entry.Kind is EntryKind.JobEnded && await engine.Read.JobAsync(entry.Job, cancellation) is { IsEnded: true } job
            ? told with { Status = job.State.Status(job.Reason), Result = job.Result }
            : told;
    }
}
