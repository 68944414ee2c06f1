using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>What one transaction wrote.</summary>
internal sealed class WrittenRows
{
    public ChangedRows Rows { get; } = new();
    public List<KeptAnswer> Answers { get; } = [];
    public Block? Block { get; set; }

    public void Add(ChangedRows rows)
    {
        Put(rows.Accounts, Rows.Accounts);
        Put(rows.ApiKeys, Rows.ApiKeys);
        Put(rows.Budgets, Rows.Budgets);
        Put(rows.Markets, Rows.Markets);
        Put(rows.Nodes, Rows.Nodes);
        Put(rows.Jobs, Rows.Jobs);
        Put(rows.Deployments, Rows.Deployments);
        Put(rows.Revisions, Rows.Revisions);
        Put(rows.Tasks, Rows.Tasks);
        Put(rows.Events, Rows.Events);
    }

    private static void Put<T>(Dictionary<long, T> from, Dictionary<long, T> to)
    {
        foreach (var (key, row) in from)
            to[key] = row;
    }
}
