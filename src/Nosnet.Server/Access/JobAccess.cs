using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>A job and on whose behalf it is asked for.</summary>
internal sealed record AllowedJob(JobAddress Address, Job Job, Caller Caller);

/// <summary>Lets the owner of a job in, by API key or by the wallet's signature, and the operator by key.</summary>
internal sealed class JobAccess(NetworkEngine engine, Names names, Identification identification, DeploymentKeys keys, TimeProvider time)
{
    private const string Hint = "Send an API key as 'Authorization: Bearer nos_…', or the job's address signed by its owner as 'address:signature'.";

    /// <param name="job">The job's address, as it was sent.</param>
    /// <param name="authorization">What an Authorization header holds.</param>
    /// <param name="scope">What an API key must be good for.</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask<Outcome<AllowedJob>> AllowAsync(string job, string authorization, string scope, CancellationToken cancellation)
    {
        var identity = await identification.OfAsync(authorization, cancellation);
        var isSigned = identity is { Key: null, Node: null } && SignedMessage.MessageOf(authorization) is not null;
        if (identity.Key is null && !isSigned)
            return new Refusal(ErrorCode.Unauthenticated, $"This needs the job's owner. {Hint}");
        if (identity.Key is { } key && !key.Scopes.Contains(scope))
            return new Refusal(ErrorCode.InsufficientScope, $"The API key '{key.Name}' may not do this: it lacks the scope {scope}. Use a key that has it.");

        if (!JobAddress.TryParse(job, out var address)
            || !engine.Addresses.TryJob(address, out var row)
            || await engine.Read.JobAsync(row, cancellation) is not { } found
            || (identity.Key is { } caller && !new Caller(caller.Account).MaySee(found)))
            return new Refusal(ErrorCode.JobNotFound, $"There is no job '{PathValues.Shown(job)}' of yours.");
        if (isSigned && await IsOfDeploymentAsync(authorization, found, cancellation))
            return new AllowedJob(address, found, new Caller(found.Account));
        if (isSigned && JobSignature.Refusal(authorization, await names.AccountAsync(found.Account, cancellation), address, found.Definition, time) is { } refusal)
            return new Refusal(ErrorCode.Unauthenticated, $"{refusal} {Hint}");
        return new AllowedJob(address, found, new Caller(identity.Key?.Account ?? found.Account));
    }

    /// <summary>Whether it is a header that the server signed for the job's deployment, see <see cref="DeploymentKeys"/>.</summary>
    private async ValueTask<bool> IsOfDeploymentAsync(string authorization, Job job, CancellationToken cancellation) =>
        job.Deployment != 0 && await engine.Read.DeploymentAsync(job.Deployment, cancellation) is { } deployment && keys.IsSigned(authorization, deployment.Address, time);
}
