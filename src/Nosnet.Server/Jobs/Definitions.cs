using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Job definitions by their CIDs. Content never changes, so those that were read lately are kept.</summary>
internal sealed class Definitions(ContentFiles files) : IDisposable
{
    private const long MostBytesKept = 64 * 1024 * 1024;

    private readonly MemoryCache _recent = new(new MemoryCacheOptions { SizeLimit = MostBytesKept });

    /// <summary>The definition that a job is to be posted with; a refusal where it is not here or cannot be run.</summary>
    public async ValueTask<Outcome<PostableDefinition>> FindAsync(Cid cid, CancellationToken cancellation)
    {
        if (await ReadAsync(cid, cancellation) is not { } known)
            return new Refusal(ErrorCode.DefinitionNotFound, $"The job definition {cid} is not pinned on this network. Pin it first (POST /pinning/pinJSONToIPFS).");
        return Postable(cid, known);
    }

    /// <summary>The definition of bytes that are not pinned; a refusal where it cannot be run.</summary>
    public static Outcome<PostableDefinition> Read(Cid cid, byte[] bytes) =>
        Postable(cid, bytes.Length > DefinitionLimits.Bytes ? new Known(IsTooLarge: true, null, null, default) : Parse(bytes));

    private static Outcome<PostableDefinition> Postable(Cid cid, Known known)
    {
        if (known.IsTooLarge)
            return new Refusal(ErrorCode.InvalidDefinition, $"{cid} is larger than {DefinitionLimits.Bytes} bytes, which no job definition may be.");
        if (known.Postable is { } postable)
            return postable;
        var findings = known.Parsed!.Findings;
        var more = findings.Count > 1 ? $" And {findings.Count - 1} more, see details." : "";
        return new Refusal(ErrorCode.InvalidDefinition, $"The job definition {cid} is not valid. {findings[0]}{more}",
            [.. findings.Select(f => new ErrorDetail(f.Path, $"found {f.Found}; allowed: {f.Allowed}."))]);
    }

    /// <summary>The definition as JSON; null where it is not here or is no JSON.</summary>
    public async ValueTask<JsonElement?> JsonAsync(Cid cid, CancellationToken cancellation) =>
        await ReadAsync(cid, cancellation) is { Postable: not null } known ? known.Json : null;

    /// <summary>The definition of a job that was posted; null where it is not here any more.</summary>
    public async ValueTask<JobDefinition?> OfAsync(Cid cid, CancellationToken cancellation) =>
        (await ReadAsync(cid, cancellation))?.Postable?.Definition;

    public void Dispose() => _recent.Dispose();

    private async ValueTask<Known?> ReadAsync(Cid cid, CancellationToken cancellation)
    {
        if (_recent.TryGetValue(cid, out Known? kept))
            return kept;
        if (!await files.IsPinnedAsync(cid, cancellation))
            return null;
        var bytes = await files.ReadAsync(cid, DefinitionLimits.Bytes, cancellation);
        var known = bytes is null ? new Known(IsTooLarge: true, null, null, default) : Parse(bytes);
        // A parsed definition takes several times its bytes.
        _recent.Set(cid, known, new MemoryCacheEntryOptions { Size = 1_000 + (4L * bytes?.Length ?? 0) });
        return known;
    }

    private static Known Parse(byte[] bytes)
    {
        var parsed = JobDefinitionParser.Parse(bytes);
        return parsed is { IsValid: true, Definition: var definition }
            ? new Known(IsTooLarge: false, parsed, PostableDefinition.Of(definition), JsonElement.Parse(bytes))
            : new Known(IsTooLarge: false, parsed, null, default);
    }

    private sealed record Known(bool IsTooLarge, ParsedDefinition? Parsed, PostableDefinition? Postable, JsonElement Json);
}

/// <summary>A valid definition, and what posting it asks for: found once, however often it is posted.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Requirements">What it asks of the machine; null: nothing.</param>
/// <param name="Secrets">The names of the secrets that it uses.</param>
/// <param name="Warnings">What whoever posts it is told; null: nothing.</param>
internal sealed record PostableDefinition(JobDefinition Definition, JobRequirements? Requirements, IReadOnlyList<string> Secrets, IReadOnlyList<string>? Warnings)
{
    public static PostableDefinition Of(JobDefinition definition) =>
        new(definition, JobRequirements.Of(definition), SecretNames.In(definition), PostWarnings.Of(definition));
}
