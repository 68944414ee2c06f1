using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Makes a node known, with an account for its rewards; or renames it.</summary>
public sealed record RegisterNode(NodeAddress Address, string Name) : Command<Node>
{
    /// <summary>What the machine is; null leaves what is known.</summary>
    public NodeHardware? Hardware { get; init; }

    /// <summary>What its operator allows jobs, as JSON; null leaves what is known.</summary>
    public string? Policy { get; init; }

    public override Outcome<Node> Decide(Draft draft)
    {
        if (draft.Node(Address) is { } known)
        {
            known = Silence.Break(draft, known);
            draft.Put(known with { Name = Name, Hardware = Hardware ?? known.Hardware, Policy = Policy ?? known.Policy });
            // What its machine was too small for may fit it now.
            Matching.FindJobs(draft, known.Key);
            return draft.Node(known.Key)!;
        }

        var address = new AccountAddress(Address.Value);
        if (draft.Account(address) is not null)
            return new Refusal(ErrorCode.NameTaken, $"{Address} is already the address of an account that is no node. Start the node with another key.");
        var account = new Account { Key = draft.Next.Account, Address = address, Role = AccountRole.Node, Name = Name, CreatedAt = draft.Now };
        var node = new Node { Key = draft.Next.Node, Address = Address, Account = account.Key, Name = Name, RegisteredAt = draft.Now, Hardware = Hardware, Policy = Policy };
        draft.Put(account);
        draft.Put(node);
        draft.See(node);
        draft.Record(new Entry { Kind = EntryKind.NodeRegistered, Account = account.Key, Subject = node.Key });
        return node;
    }
}

/// <summary>A node waits for jobs of a market.</summary>
public sealed record JoinMarket(NodeAddress Address, MarketAddress Market, int Slots) : Command<Node>
{
    public const int MostSlots = 1_000;

    /// <summary>What the machine is; null leaves what is known.</summary>
    public NodeHardware? Hardware { get; init; }

    /// <summary>What its operator allows jobs, as JSON; null leaves what is known.</summary>
    public string? Policy { get; init; }

    public override Outcome<Node> Decide(Draft draft)
    {
        if (draft.Node(Address) is not { } node)
            return NodeRefusals.Unknown(Address);
        if (draft.Market(Market) is not { } market)
            return JobRefusals.UnknownMarket(Market);
        if (Slots is < 1 or > MostSlots)
            return new Refusal(ErrorCode.InvalidParameter, $"A node has 1 to {MostSlots} slots, not {Slots}.");
        node = Silence.Break(draft, node);
        var since = node.Market == market.Key && node.IsWaiting ? node.WaitingSince : draft.Now;
        draft.Put(node with
        {
            Market = market.Key,
            Slots = Slots,
            WaitingSince = since,
            Hardware = Hardware ?? node.Hardware,
            Policy = Policy ?? node.Policy,
        });
        Matching.FindJobs(draft, node.Key);
        return draft.Node(node.Key)!;
    }
}

/// <summary>A node takes no new jobs; what it runs it may finish.</summary>
public sealed record LeaveMarket(NodeAddress Address) : Command<Node>
{
    public override Outcome<Node> Decide(Draft draft)
    {
        if (draft.Node(Address) is not { } node)
            return NodeRefusals.Unknown(Address);
        node = Silence.Break(draft, node);
        // One that was to stop once nothing ran has done so, and takes jobs when it comes again.
        draft.Put(node with { Market = 0, Drain = node.Drain is Drain.ThenStop ? Drain.None : node.Drain });
        return draft.Node(node.Key)!;
    }
}

/// <summary>A node lives: its leases are renewed, and it is told what it shall be doing.</summary>
public sealed record HeartbeatOf(NodeAddress Address) : Command<NodeDuty>
{
    internal override bool IsBrief => true;

    public override Outcome<NodeDuty> Decide(Draft draft)
    {
        if (draft.Node(Address) is not { } node)
            return NodeRefusals.Unknown(Address);
        Silence.Break(draft, node);
        // After a restart of the server it counts as live without having been heard of: it may wait beside jobs that were posted before.
        Matching.FindJobs(draft, node.Key);
        node = draft.Node(node.Key)!;
        return new NodeDuty(node, node.Market == 0 ? null : draft.Market(node.Market)!.Address, draft.RunsOf(node.Key));
    }
}

/// <summary>What a node shall be doing.</summary>
public sealed record NodeDuty(Node Node, MarketAddress? Market, IReadOnlyList<Job> Runs);

/// <summary>A node was silent for longer than its lease: its runs go to others.</summary>
internal sealed record LoseNode(long Key) : Command<bool>
{
    public override Outcome<bool> Decide(Draft draft)
    {
        if (draft.Node(Key) is not { } node || Leases.IsLive(draft.LastSeen(Key), draft.Now))
            return false;
        Silence.Lose(draft, node);
        return true;
    }
}

internal static class Silence
{
    /// <summary>A node was heard of, so its lease begins anew. One that was silent too long has lost its runs first.</summary>
    public static Node Break(Draft draft, Node node)
    {
        if (!Leases.IsLive(draft.LastSeen(node.Key), draft.Now))
            Lose(draft, node);
        draft.See(node);
        return draft.Node(node.Key)!;
    }

    public static void Lose(Draft draft, Node node)
    {
        // It leaves its market first, so that what it loses is not given back to it.
        if (node.Market != 0)
            draft.Put(node with { Market = 0 });
        foreach (var job in draft.RunsOf(node.Key))
            Ending.Lose(draft, job);
    }
}

internal static class NodeRefusals
{
    public static Refusal Unknown(NodeAddress node) =>
        new(ErrorCode.NodeNotFound, $"There is no node {node} in this network. Register it first (POST /api/nodes/register with an API key that has the scope {Scopes.NodesRegister}).");
}
