using System.Text.Json;
using Nosnet.Engine;

namespace Nosnet.Simulation;

/// <summary>Whether a store that was opened anew holds what was committed to it, and nothing else.</summary>
internal static class StoreCheck
{
    public static void Check(ILaneStore store, Tables committed, DateTimeOffset now)
    {
        var head = store.ReadHead();
        Violation.Unless(
            head.Account == committed.Accounts.Count && head.Market == committed.Markets.Count && head.Node == committed.Nodes.Count && head.Job == committed.Jobs.Count
            && head.Height == committed.Blocks.Count && (head.Height == 0 || head.BlockHash == committed.Blocks[^1].Hash) && head.ApiKey == committed.LastApiKey,
            $"The store ends at {head}, and what was committed at {committed.Accounts.Count} accounts, {committed.LastApiKey} keys, {committed.Markets.Count} markets, {committed.Nodes.Count} nodes, {committed.Jobs.Count} jobs and {committed.Blocks.Count} blocks.");
        foreach (var (key, account) in committed.Accounts)
            Same(account, store.ReadAccount(key));
        foreach (var (key, job) in committed.Jobs)
            Same(job, store.ReadJob(key));
        var nodes = store.ReadNodes();
        Violation.Unless(nodes.Count == committed.Nodes.Count && nodes.All(n => Plain(n) == Plain(committed.Nodes[n.Key]) && Text(n) == Text(committed.Nodes[n.Key])), "The store has other nodes than were committed.");
        var markets = store.ReadMarkets();
        Violation.Unless(markets.Count == committed.Markets.Count && markets.All(m => Plain(m) == Plain(committed.Markets[m.Key])), "The store has other markets than were committed.");
        foreach (var (id, answer) in committed.Answers)
            if (now < answer.At + IdempotencyKey.Known)
                Violation.Unless(store.ReadAnswer(id)?.Body.AsSpan().SequenceEqual(answer.Body) is true, $"The answer under {id} is not in the store.");
        Violation.Unless(
            store.ReadRunningJobs().Select(j => j.Key).Order().SequenceEqual(committed.Jobs.Values.Where(j => j.State is Protocol.JobState.Running).Select(j => j.Key).Order()),
            "The store has other running jobs than were committed.");
    }

    private static void Same<T>(T committed, T? stored) => Violation.Unless(committed!.Equals(stored), $"The store has {stored}, and committed was {committed}.");

    // Lists are compared by reference otherwise.
    private static Market Plain(Market market) => market with { GpuTypes = [], RequiredImages = [] };
    private static Node Plain(Node node) => node with { Hardware = null };
    private static string Text(Node node) => JsonSerializer.Serialize(node.Hardware);
}
