using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>The servers that share a network's store: where each is reached, which of them writes, and which holds a node's tunnel.</summary>
public interface IPeers
{
    /// <summary>The id of this server, new with each start.</summary>
    string Self { get; }

    /// <summary>Says that this server lives and where the others reach it; gives what the others said last.</summary>
    ValueTask<IReadOnlyList<PeerBeat>> BeatAsync(string url, CancellationToken cancellation);

    /// <summary>Says that this server is no more.</summary>
    ValueTask LeaveAsync(CancellationToken cancellation);

    /// <summary>The server that writes; null where none does now.</summary>
    ValueTask<Peer?> WriterAsync(CancellationToken cancellation);

    /// <summary>Whether no server holds the writer's lock.</summary>
    ValueTask<bool> IsWriterGoneAsync(CancellationToken cancellation);

    /// <summary>The server that holds a node's tunnel; null where none does.</summary>
    ValueTask<Peer?> HolderAsync(NodeAddress node, CancellationToken cancellation);

    /// <summary>Says that this server holds a node's tunnel.</summary>
    ValueTask HoldAsync(NodeAddress node, CancellationToken cancellation);

    /// <summary>Says so again of all that it holds, where nobody says otherwise: a store that was away may have missed one.</summary>
    ValueTask KeepAsync(IReadOnlyCollection<NodeAddress> nodes, CancellationToken cancellation);

    /// <summary>Says that it holds it no longer, unless another has said so already.</summary>
    ValueTask LetGoAsync(NodeAddress node, CancellationToken cancellation);

    /// <summary>Tells what other servers commit, until cancelled. Null where something may have been missed; that comes every now and then.</summary>
    Task ListenAsync(Action<Committed?> heard, CancellationToken cancellation);
}

/// <summary>A server of the network.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Url">Where the others reach it.</param>
public sealed record Peer(string Id, string Url);

/// <summary>What a server said last.</summary>
/// <param name="Url">Where the others reach it.</param>
/// <param name="At">When it said so, by the clock of the store.</param>
public sealed record PeerBeat(string Url, DateTimeOffset At);
