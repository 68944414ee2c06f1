namespace Nosnet.Engine;

/// <summary>
/// The secrets of accounts by their names, sealed before they come here. Any number of callers at once; when a call that writes
/// returns, what it wrote is on disk.
/// </summary>
public interface ISecretStore : IDisposable
{
    /// <summary>An account's secrets by name.</summary>
    ValueTask<IReadOnlyList<SealedSecret>> ListAsync(long account, CancellationToken cancellation);

    ValueTask<SealedSecret?> ReadAsync(long account, string name, CancellationToken cancellation);

    /// <summary>Writes a secret; one of that name keeps when it was made and used. False where it would be one more than the account may have.</summary>
    ValueTask<bool> WriteAsync(SealedSecret secret, int most, CancellationToken cancellation);

    /// <summary>Writes a secret, unless there is one of that name: then it stays as it is, and the answer is false.</summary>
    ValueTask<bool> AddAsync(SealedSecret secret, CancellationToken cancellation);

    /// <summary>Removes a secret; false where there is none of that name.</summary>
    ValueTask<bool> DeleteAsync(long account, string name, CancellationToken cancellation);

    /// <summary>Notes that secrets were used. Names that there are none of are passed over.</summary>
    ValueTask UseAsync(long account, IReadOnlyCollection<string> names, DateTimeOffset at, CancellationToken cancellation);
}

/// <summary>A secret as a store keeps it.</summary>
/// <param name="Account">Whose it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, sealed.</param>
/// <param name="CreatedAt">When there first was one of this name.</param>
/// <param name="UpdatedAt">When it got this value.</param>
/// <param name="LastUsedAt">When a node last got it; null where none has.</param>
public sealed record SealedSecret(long Account, string Name, ReadOnlyMemory<byte> Value, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? LastUsedAt = null);
