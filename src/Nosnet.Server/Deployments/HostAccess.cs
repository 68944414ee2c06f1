using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Lets the node of a deployment's job in by its signature of the job's address, as nodes of official networks sign it.</summary>
internal sealed class HostAccess(NetworkEngine engine, Names names, TimeProvider time)
{
    private const string Hint = "Send the job's address signed by the node that has the job, as 'address:signature:milliseconds'.";

    /// <param name="text">The job's address, as it was sent.</param>
    /// <param name="authorization">The Authorization header.</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask<Outcome<Job>> AllowAsync(string text, string authorization, CancellationToken cancellation)
    {
        if (authorization.Length == 0)
            return new Refusal(ErrorCode.Unauthenticated, $"Only the node of a job calls this. {Hint}");
        if (!JobAddress.TryParse(text, out var address) || !engine.Addresses.TryJob(address, out var key)
            || await engine.Read.JobAsync(key, cancellation) is not { Deployment: not 0 } job)
            return new Refusal(ErrorCode.JobNotFound, $"There is no job '{PathValues.Shown(text)}' of a deployment.");
        // Without a node there is no key to hold the signature against, and the address of nobody would take some that nobody made.
        if (job.Node == 0)
            return new Refusal(ErrorCode.Unauthenticated, $"No node has job {address} now, so none can speak for it.");
        var node = await names.NodeAsync(job.Node, cancellation);
        return SignedMessage.Check(authorization, node.Value, time, address.ToString()).Refusal() is { } refusal
            ? new Refusal(ErrorCode.Unauthenticated, $"{refusal} {Hint}")
            : job;
    }
}
