namespace Nosnet.Protocol;

/// <summary><c>PUT /api/secrets/{name}</c>: keeps a secret, in place of the one of that name.</summary>
public sealed record SecretRequest
{
    /// <summary>Characters that one line of a value has at least: what is shorter could not be told from other text in a log, and so not be masked.</summary>
    public const int LeastLength = 4;

    /// <summary>Bytes of a value in UTF-8 at most.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>The value: a text without NUL, with a line of <see cref="LeastLength"/> characters, of <see cref="MostBytes"/> bytes at most. No call shows it again.</summary>
    public required string Value { get; init; }

    /// <summary>Nothing: the value does not belong into logs.</summary>
    public override string ToString() => nameof(SecretRequest);
}

/// <summary>A secret as it is listed: never its value.</summary>
public sealed record SecretView
{
    /// <summary>Its name, as in <c>%%secrets.NAME%%</c>.</summary>
    public required string Name { get; init; }

    /// <summary>When there first was one of this name.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it got the value that it has.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When a node last got it for a job; null where none has.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>The answer to <c>GET /api/nodes/runs/{run}/secrets?epoch=N</c>: what a node needs to run a job whose definition names secrets.</summary>
/// <remarks>409 <c>STALE_EPOCH</c>: the run is not the node's any more.</remarks>
public sealed record RunSecrets
{
    /// <summary>The values of those that the definition names and that there are.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>
    /// 32 bytes in base64, the same for as long as the run is the node's: with them it seals what it keeps of the values on its disk,
    /// so that after its own restart it still masks those that were changed or removed meanwhile.
    /// </summary>
    public required string SealingKey { get; init; }

    /// <summary>Nothing: values do not belong into logs.</summary>
    public override string ToString() => nameof(RunSecrets);
}
