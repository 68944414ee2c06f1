using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>A node finishes what it runs and takes nothing new, whatever becomes of its process, until it is told to go on.</summary>
public sealed record DrainNode(NodeAddress Address, bool ThenStop) : Command<Node>
{
    public override Outcome<Node> Decide(Draft draft)
    {
        if (draft.Node(Address) is not { } node)
            return NodeRefusals.Unknown(Address);
        draft.Put(node with { Drain = ThenStop ? Drain.ThenStop : Drain.Draining });
        return draft.Node(node.Key)!;
    }
}

/// <summary>A node that was drained takes jobs again.</summary>
public sealed record ResumeNode(NodeAddress Address) : Command<Node>
{
    public override Outcome<Node> Decide(Draft draft)
    {
        if (draft.Node(Address) is not { } node)
            return NodeRefusals.Unknown(Address);
        draft.Put(node with { Drain = Drain.None, WaitingSince = node.Drain is Drain.None ? node.WaitingSince : draft.Now });
        Matching.FindJobs(draft, node.Key);
        return draft.Node(node.Key)!;
    }
}
