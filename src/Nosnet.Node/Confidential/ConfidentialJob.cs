using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What of a confidential job travels past IPFS: its definition, which is waited for, and where its result goes.</summary>
/// <param name="logistics">How both travel, by the definition that is pinned.</param>
/// <param name="isGiven">Whether an earlier process of this node got the definition.</param>
internal sealed class ConfidentialJob(Logistics logistics, bool isGiven)
{
    private readonly TaskCompletionSource<byte[]> _given = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Logistics Logistics => logistics;

    /// <summary>Whether its definition is to be sent to this node and was not yet.</summary>
    public bool IsWaiting => logistics.Send.Kind == LogisticsKind.ApiListen && !isGiven && !_given.Task.IsCompleted;

    /// <summary>The definition that its owner sends.</summary>
    public Task<byte[]> Given => _given.Task;

    /// <summary>Takes what the owner sends. Completes when it is on disk, with false where it is no definition that can run; null where none is waited for.</summary>
    public async Task<bool?> TakeAsync(byte[] definition, CancellationToken cancellationToken) =>
        IsWaiting && _given.TrySetResult(definition) ? await _taken.Task.WaitAsync(cancellationToken).ConfigureAwait(false) : null;

    /// <summary>What came of the definition that was sent.</summary>
    public void Answer(bool isTaken) => _taken.TrySetResult(isTaken);
}

/// <summary>A confidential job's definition did not come, or its result could not be delivered.</summary>
internal sealed class LogisticsException(string message, ResultStatus status, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The status of a job that ends by it.</summary>
    public ResultStatus Status => status;
}
