using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The secrets that jobs use.</summary>
internal sealed class JobSecrets(NetworkEngine engine, ISecretStore store, SecretSeal seal, Definitions definitions, Names names, TimeProvider time)
{
    /// <summary>More than any job needs, and few enough to be looked for in every line of its log.</summary>
    public const int MostOfAJob = 64;

    /// <summary>Why a definition that names secrets cannot be posted by an account; null where it has them all.</summary>
    public async ValueTask<Refusal?> CheckAsync(long account, IReadOnlyList<string> wanted, CancellationToken cancellation)
    {
        if (wanted.Count > MostOfAJob)
            return new Refusal(ErrorCode.InvalidDefinition, $"The job definition names {wanted.Count} secrets; {MostOfAJob} at most go into one job.");
        foreach (var name in wanted)
        {
            if (!SecretNames.IsValid(name) || await store.ReadAsync(account, name, cancellation) is null)
                return new Refusal(ErrorCode.UnknownSecret,
                    $"The job definition names the secret '{PathValues.Shown(name)}', which your account does not have. Keep it first (PUT /api/secrets/{PathValues.Shown(name)}).");
        }

        return null;
    }

    /// <summary>The secrets of a run, for the node that has it.</summary>
    public async ValueTask<Outcome<RunSecrets>> OfRunAsync(NodeAddress node, RunAddress run, int epoch, CancellationToken cancellation)
    {
        if (await FindAsync(node, run, epoch, cancellation) is not { } job)
            return new Refusal(ErrorCode.StaleEpoch, $"Run {run}, epoch {epoch}, is not yours: stop its containers and remove them.");
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var account = await names.AccountAsync(job.Account, cancellation);
        foreach (var name in await definitions.OfAsync(job.Definition, cancellation) is { } definition ? SecretNames.In(definition) : [])
        {
            if (await store.ReadAsync(job.Account, name, cancellation) is { } secret)
                values[name] = seal.Open(account, name, secret.Value);
        }

        await store.UseAsync(job.Account, values.Keys, time.GetUtcNow(), cancellation);
        return new RunSecrets { Values = values, SealingKey = seal.KeyOf(run) };
    }

    private async ValueTask<Job?> FindAsync(NodeAddress node, RunAddress run, int epoch, CancellationToken cancellation) =>
        engine.Addresses.TryRun(run, out var key, out var number) && number == epoch
            && await engine.Read.JobAsync(key, cancellation) is { State: JobState.Running } job && job.Epoch == epoch
            && await names.NodeAsync(job.Node, cancellation) == node
                ? job
                : null;
}
