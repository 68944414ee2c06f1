using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// What the revisions of deployments run. That of a confidential deployment is kept sealed in its row; on IPFS is a stub, by which its nodes
/// ask for the definition and deliver the result here.
/// </summary>
internal sealed class Revisions(NetworkEngine engine, Names names, Definitions definitions, ContentFiles files, JobSecrets secrets, SecretSeal seal, ServerAddress server) : IDisposable
{
    /// <summary>What official deployment managers write into the definitions that they post.</summary>
    private const string Trigger = "deployment-manager";

    private const long MostBytesKept = 64 * 1024 * 1024;

    private readonly MemoryCache _recent = new(new MemoryCacheOptions { SizeLimit = MostBytesKept });

    /// <summary>Reads a definition and makes it a deployment's: pinned, or sealed with its stub pinned.</summary>
    /// <param name="json">The definition, as it came.</param>
    /// <param name="account">Whose it is.</param>
    /// <param name="deployment">The deployment that it is for.</param>
    /// <param name="isConfidential">Whether it must not be on IPFS.</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask<Outcome<RevisionContent>> ReadAsync(byte[] json, long account, DeploymentAddress deployment, bool isConfidential, CancellationToken cancellation)
    {
        var parsed = JobDefinitionParser.Parse(json);
        if (parsed is not { IsValid: true, Definition: { } definition })
            return Invalid(parsed);
        if (definition.Ops.Count == 0)
            return new Refusal(ErrorCode.InvalidDefinition, "The job definition has no operations. Send what the jobs shall run; with 'confidential' it is kept off IPFS by itself.");
        var used = SecretNames.In(definition);
        if (await secrets.CheckAsync(account, used, cancellation) is { } refusal)
            return refusal;

        definition = definition with { DeploymentId = deployment.ToString(), Meta = (definition.Meta ?? new()) with { Trigger = Trigger } };
        var bytes = definition.ToUtf8Bytes();
        if (bytes.Length > DefinitionLimits.Bytes)
            return new Refusal(ErrorCode.InvalidDefinition, $"The job definition is larger than {DefinitionLimits.Bytes} bytes, which none may be.");
        var pinned = await PinAsync(isConfidential ? StubOf(used).ToUtf8Bytes() : bytes, account, cancellation);
        return new RevisionContent(pinned, JobRequirements.Of(definition), definition.Exposes, isConfidential ? await SealAsync(account, deployment, bytes, cancellation) : null);
    }

    /// <summary>The same definition for a copy of its deployment.</summary>
    public async ValueTask<Outcome<RevisionContent>> CopyAsync(DeploymentRevision revision, Deployment from, DeploymentAddress to, CancellationToken cancellation) =>
        await BytesAsync(revision, from, cancellation) is { } bytes
            ? await ReadAsync(bytes, from.Account, to, from.Confidential, cancellation)
            : new Refusal(ErrorCode.DefinitionNotFound, $"The definition {revision.Definition} of deployment {from.Address} is not held by this network any more.");

    /// <summary>The definition of a revision, as its jobs run it; null where it is not here any more.</summary>
    public async ValueTask<JobDefinition?> DefinitionAsync(long deployment, int number, CancellationToken cancellation) =>
        (await KnownAsync(deployment, number, cancellation))?.Definition;

    /// <summary>The same as JSON.</summary>
    public async ValueTask<JsonElement?> JsonAsync(long deployment, int number, CancellationToken cancellation) =>
        (await KnownAsync(deployment, number, cancellation))?.Json;

    /// <summary>What a job really runs: of a confidential deployment, not what is pinned.</summary>
    public ValueTask<JobDefinition?> OfJobAsync(Job job, CancellationToken cancellation) =>
        job.Deployment == 0 ? definitions.OfAsync(job.Definition, cancellation) : DefinitionAsync(job.Deployment, job.Revision, cancellation);

    public void Dispose() => _recent.Dispose();

    // A revision never changes, and no other deployment ever gets the key of one that was deleted.
    private async ValueTask<Known?> KnownAsync(long deployment, int number, CancellationToken cancellation)
    {
        if (_recent.TryGetValue((deployment, number), out Known? kept))
            return kept;
        if (await engine.Read.RevisionAsync(deployment, number, cancellation) is not { } revision
            || await engine.Read.DeploymentAsync(deployment, cancellation) is not { } row
            || await BytesAsync(revision, row, cancellation) is not { } bytes
            || JobDefinitionParser.Parse(bytes) is not { Definition: { } definition })
            return null;
        var known = new Known(definition, JsonElement.Parse(bytes));
        // A parsed definition takes several times its bytes.
        _recent.Set((deployment, number), known, new MemoryCacheEntryOptions { Size = 1_000 + 4L * bytes.Length });
        return known;
    }

    private async ValueTask<byte[]?> BytesAsync(DeploymentRevision revision, Deployment deployment, CancellationToken cancellation) => revision.Sealed is { } text
        ? Encoding.UTF8.GetBytes(seal.Open(await names.AccountAsync(deployment.Account, cancellation), SealName(deployment.Address), Base64Url.DecodeFromChars(text)))
        : await files.ReadAsync(revision.Definition, DefinitionLimits.Bytes, cancellation);

    private async ValueTask<string> SealAsync(long account, DeploymentAddress deployment, byte[] definition, CancellationToken cancellation) =>
        Base64Url.EncodeToString(seal.Close(await names.AccountAsync(account, cancellation), SealName(deployment), Encoding.UTF8.GetString(definition)));

    // No secret has such a name, so neither opens in the place of the other.
    private static string SealName(DeploymentAddress deployment) => $"deployment/{deployment}";

    /// <summary>What is pinned and posted in the place of a confidential definition. A node gets the secrets that it names.</summary>
    private JobDefinition StubOf(IReadOnlyList<string> used)
    {
        var jobs = server.Public + "/api/deployments/jobs/%%global.job%%";
        return new JobDefinition
        {
            Ops = [],
            Logistics = new() { Send = new(LogisticsKind.Api, jobs + "/job-definition"), Receive = new(LogisticsKind.Api, jobs + "/results") },
            Global = used.Count == 0 ? null : new() { Variables = new(used.Select(name => KeyValuePair.Create(name, $"%%{SecretNames.Root}.{name}%%"))) },
        };
    }

    private async Task<Cid> PinAsync(byte[] bytes, long account, CancellationToken cancellation)
    {
        using var file = new MemoryStream(bytes, writable: false);
        return (await files.PinAsync(file, account, cancellation)).Root;
    }

    private static Refusal Invalid(ParsedDefinition parsed)
    {
        var more = parsed.Findings.Count > 1 ? $" And {parsed.Findings.Count - 1} more, see details." : "";
        return new Refusal(ErrorCode.InvalidDefinition, $"The job definition is not valid. {parsed.Findings[0]}{more}",
            [.. parsed.Findings.Select(f => new ErrorDetail(f.Path, $"found {f.Found}; allowed: {f.Allowed}."))]);
    }

    private sealed record Known(JobDefinition Definition, JsonElement Json);
}
