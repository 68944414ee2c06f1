using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The answer to a write that was carried out, as the store keeps it under its key.</summary>
public sealed record KeptAnswer
{
    public required Guid Id { get; init; }

    /// <summary>The hash of what was asked.</summary>
    public required Bytes32 Request { get; init; }

    public required DateTimeOffset At { get; init; }
    public required int Status { get; init; }

    /// <summary>The body as it was said, or sealed where it told a secret.</summary>
    public required byte[] Body { get; init; }

    /// <summary>What a request under the key gets now; null where the key is forgotten, so that it is a new one.</summary>
    public Outcome<Said>? For(IdempotencyKey key, DateTimeOffset now)
    {
        if (now >= At + IdempotencyKey.Known)
            return null;
        if (key.Request != Request)
            return new Refusal(ErrorCode.IdempotencyKeyPayloadMismatch, "This Idempotency-Key was used for another request. Send a new key with a new request, and the same body with the same key.");
        if (now >= At + IdempotencyKey.Answers)
            return new Refusal(ErrorCode.IdempotencyKeyExpired, $"This Idempotency-Key was used more than {IdempotencyKey.Answers.TotalHours:0} hours ago, and its request was carried out then. To have it done again, send a new key.");
        return new Said(Status, Body) { IsRepeated = true };
    }
}

/// <summary>What was answered to a write.</summary>
public sealed record Said(int Status, byte[] Body)
{
    /// <summary>What is kept in place of a body that tells a secret.</summary>
    public byte[]? Sealed { get; init; }

    /// <summary>Whether it was said before, and nothing was done now.</summary>
    public bool IsRepeated { get; init; }
}
