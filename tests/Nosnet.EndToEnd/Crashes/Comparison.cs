using System.Globalization;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>What users and nodes were told beside what the store holds.</summary>
internal sealed record Comparison
{
    public int Kills { get; init; }

    /// <summary>How many things were answered as done.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>How many things got no answer: each may have been done once.</summary>
    public int Unanswered { get; private set; }

    /// <summary>What was answered as done and is not there, or is there as something else.</summary>
    public List<string> Lost { get; } = [];

    /// <summary>What is there more than once, or though it was refused, or though nobody asked for it.</summary>
    public List<string> Doubled { get; } = [];

    public static Comparison Of(Load load, int kills, StoredChain chain, AddressBook addresses)
    {
        var comparison = new Comparison { Kills = kills };
        var asked = load.Asked.ToList();
        foreach (var move in asked)
            comparison.Compare(move, chain, addresses);
        foreach (var stop in load.Stops)
            comparison.Compare(stop, chain, addresses);
        foreach (var run in load.Runs)
            comparison.Compare(run, chain, addresses);

        var users = asked.Select(a => chain.Account(a.Account)).ToHashSet();
        var known = asked.Select(a => (a.Kind, chain.Account(a.Account), a.Amount)).ToHashSet();
        // The first grant of each made him rich enough.
        comparison.Doubled.AddRange(chain.Moves.Where(m => users.Contains(m.Account) && m.Amount != Load.Wealth && !known.Contains(m)).Select(m => $"{m}: nobody asked for it"));
        if (chain.Doubled > 0)
            comparison.Doubled.Add($"{chain.Doubled} entries tell what others told before");
        return comparison;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Kills} kills: {Acknowledged} operations acknowledged, {Unanswered} without an answer, {Lost.Count} lost, {Doubled.Count} doubled");

    public void ShouldBeWhole()
    {
        Lost.ShouldBeEmpty(ToString());
        Doubled.ShouldBeEmpty(ToString());
    }

    private void Compare(Asked asked, StoredChain chain, AddressBook addresses)
    {
        var account = chain.Account(asked.Account);
        var count = chain.Count(asked.Kind, account, asked.Amount);
        switch (asked.Told)
        {
            case Told.Nothing:
                Unanswered++;
                break;
            case Told.Done:
                Acknowledged++;
                var entry = chain.Find(asked.Tx);
                if (count == 0 || entry is null || entry.Kind != asked.Kind || entry.Account != account || entry.Amount != asked.Amount || entry.Job != JobOf(asked, addresses))
                    Lost.Add($"{asked}; found: {entry}");
                break;
            case Told.Refused when count > 0:
                Doubled.Add(asked.ToString());
                break;
        }

        if (count > 1)
            Doubled.Add($"{asked}: {count} times");
    }

    private void Compare(StopTold stop, StoredChain chain, AddressBook addresses)
    {
        Acknowledged++;
        if (chain.Find(stop.Tx) is not { Kind: EntryKind.StopRequested or EntryKind.JobEnded } entry || !addresses.TryJob(stop.Job, out var job) || entry.Job != job)
            Lost.Add(stop.ToString());
    }

    private void Compare(RunTold run, StoredChain chain, AddressBook addresses)
    {
        Acknowledged += run.Cost is null ? 1 : 2;
        addresses.TryRun(run.Run, out var job, out var epoch).ShouldBeTrue();
        if (chain.Starts(job, epoch) == 0)
            Lost.Add($"the start of {run}");
        if (run.Cost is { } cost && (chain.End(job) is not { } end || end.Epoch != epoch || end.Amount != cost))
            Lost.Add($"the end of {run}; found: {chain.End(job)}");
    }

    private static long JobOf(Asked asked, AddressBook addresses) =>
        asked.Kind is EntryKind.CreditsGranted ? 0 : addresses.TryJob(asked.Job, out var job) ? job : -1;
}
