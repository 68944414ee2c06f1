using System.Text;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// The results that the nodes of confidential deployments deliver, sealed as secrets are, in the network's own name, and kept as long as their
/// deployments.
/// </summary>
internal sealed class JobResults(NetworkEngine engine, ISecretStore store, SecretSeal seal, NetworkSecret secret, TimeProvider time)
{
    private const int JobsAtOnce = 1_000;

    /// <summary>Keeps the first result of a job; false where there is one already.</summary>
    public async ValueTask<bool> KeepAsync(JobAddress job, byte[] result, CancellationToken cancellation)
    {
        var value = seal.Close(secret.NetworkAccount, Name(job), Encoding.UTF8.GetString(result));
        var now = time.GetUtcNow();
        return await store.AddAsync(new SealedSecret(NetworkAccount.Key, Name(job), value, now, now), cancellation);
    }

    /// <summary>The result of a job; null where none was delivered.</summary>
    public async ValueTask<JsonElement?> ReadAsync(JobAddress job, CancellationToken cancellation) =>
        await store.ReadAsync(NetworkAccount.Key, Name(job), cancellation) is { } kept ? JsonElement.Parse(seal.Open(secret.NetworkAccount, Name(job), kept.Value)) : null;

    /// <summary>Removes the result of a job.</summary>
    public async ValueTask ForgetAsync(JobAddress job, CancellationToken cancellation) =>
        await store.DeleteAsync(NetworkAccount.Key, Name(job), cancellation);

    /// <summary>Removes those of a deployment that is deleted.</summary>
    public async ValueTask ForgetAsync(Deployment deployment, CancellationToken cancellation)
    {
        if (!deployment.Confidential)
            return;
        long? beyond = null;
        while (true)
        {
            var jobs = await engine.Read.JobsAsync(deployment.Key, new DeploymentJobFilter(), new Stretch(beyond, IsDescending: false, JobsAtOnce), cancellation);
            foreach (var job in jobs.Rows)
                await ForgetAsync(engine.Addresses.Job(job.Key), cancellation);
            if (jobs.Rows.Count < JobsAtOnce)
                return;
            beyond = jobs.Rows[^1].Key;
        }
    }

    private static string Name(JobAddress job) => $"result/{job}";
}
