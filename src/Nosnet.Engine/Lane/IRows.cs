using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The rows as they are before a command.</summary>
public interface IRows
{
    AddressBook Addresses { get; }

    /// <summary>The keys that the next new rows get, and the place that the next entry gets.</summary>
    NextKeys Next { get; }

    Account? Account(long key);
    Account? Account(AccountAddress address);

    /// <summary>The keys of an account's vaults.</summary>
    IEnumerable<long> VaultsOf(long account);

    ApiKey? ApiKey(long key);
    Budget? Budget(long apiKey);
    Market? Market(long key);
    IEnumerable<Market> Markets { get; }
    IEnumerable<Node> Nodes { get; }
    Node? Node(long key);
    Node? Node(NodeAddress address);
    Job? Job(long key);

    /// <summary>The jobs on a node.</summary>
    IEnumerable<Job> RunsOf(long node);

    /// <summary>The jobs that wait in a market, oldest first.</summary>
    IEnumerable<QueuedJob> Queue(long market);

    /// <summary>Those of them that a node may run which has this to give, oldest first.</summary>
    IEnumerable<QueuedJob> QueueFor(Node node, Capacity capacity);

    /// <summary>The nodes with a free slot in a market, those that wait longest first.</summary>
    IEnumerable<Node> Waiting(long market);

    /// <summary>When a node was last heard of.</summary>
    DateTimeOffset LastSeen(long node);

    /// <summary>Since when nodes can be heard: the start of the server, or that it took over from another.</summary>
    DateTimeOffset HearsSince { get; }

    IDeploymentRows Deployments { get; }

    /// <summary>The answer that is kept under an idempotency key.</summary>
    KeptAnswer? Answer(Guid id);
}

/// <summary>The keys that the next new rows get, and the place that the next entry gets.</summary>
public readonly record struct NextKeys(long Account, long ApiKey, long Market, long Node, long Job, DeploymentKeys Deployments, EntryPlace Entry);
