using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>One job of a deployment, for its owner and for its node.</summary>
internal static class DeploymentJobEndpoints
{
    private const string DefaultHeaderMessage = "DEPLOYMENT_HEADER";
    private const int LongestMessage = 200;

    public static async Task<IResult> GetAsync(
        string deployment, string job, HttpContext http, NetworkEngine engine, JobViews jobs, Revisions revisions, JobResults results, CancellationToken cancellation)
    {
        var (found, refusal) = await DeploymentEndpoints.FindAsync(deployment, http, engine, cancellation);
        if (found is null)
            return refusal!;
        if (!JobAddress.TryParse(job, out var address) || !engine.Addresses.TryJob(address, out var key)
            || await engine.Read.JobAsync(key, cancellation) is not { } row || row.Deployment != found.Key)
            return Answers.Refuse(ErrorCode.JobNotFound, $"Deployment {found.Address} has no job '{PathValues.Shown(job)}'. GET /api/deployments/{{id}}/jobs lists its jobs.");
        var view = await jobs.FullAsync(row, cancellation);
        return Answers.Ok(
            new DeploymentJobDetail
            {
                Confidential = found.Confidential,
                Revision = row.Revision,
                Market = found.Market,
                Node = view.Node,
                State = row.State,
                JobStatus = view.JobStatus,
                JobDefinition = await revisions.JsonAsync(found.Key, row.Revision, cancellation) ?? default,
                JobResult = found.Confidential ? await results.ReadAsync(address, cancellation) : view.JobResult,
                TimeStart = view.TimeStart,
                TimeEnd = view.TimeEnd,
                ListedAt = row.PostedAt.ToUnixTimeSeconds(),
            },
            ProtocolJson.Default.DeploymentJobDetail);
    }

    public static async Task<IResult> HeaderAsync(string deployment, HttpContext http, NetworkEngine engine, DeploymentKeys keys, TimeProvider time, CancellationToken cancellation)
    {
        var (found, refusal) = await DeploymentEndpoints.FindAsync(deployment, http, engine, cancellation);
        if (found is null)
            return refusal!;
        var query = http.Request.Query;
        var message = query.TryGetValue("message", out var given) ? given.ToString() : DefaultHeaderMessage;
        if (message.Length is 0 or > LongestMessage || message.Contains(SignedMessage.DefaultSeparator))
            return Answers.Refuse(ErrorCode.InvalidParameter, $"message has 1 to {LongestMessage} characters, none of them a '{SignedMessage.DefaultSeparator}'.");
        if (query["includeTime"].ToString() is not ("" or "true" or "false") and var said)
            return Answers.Refuse(ErrorCode.InvalidParameter, $"includeTime is true or false, not '{PathValues.Shown(said)}'.");
        using var key = keys.Of(found.Address);
        return Answers.Ok(new DeploymentHeader(SignedMessage.Create(key, message, query["includeTime"] == "true" ? time : null)), ProtocolJson.Default.DeploymentHeader);
    }

    public static async Task<IResult> DefinitionAsync(string job, HttpContext http, HostAccess access, Revisions revisions, CancellationToken cancellation)
    {
        var allowed = await access.AllowAsync(job, http.Request.Headers.Authorization.ToString(), cancellation);
        if (allowed.IsRefused)
            return Answers.Refuse(allowed.Refusal);
        if (allowed.Value.IsEnded)
            return Answers.Refuse(ErrorCode.JobEnded, $"Job {job} has ended; its definition is not given to its node any more.");
        return await revisions.JsonAsync(allowed.Value.Deployment, allowed.Value.Revision, cancellation) is { } json
            ? Answers.Ok(json, ProtocolJson.Default.JsonElement)
            : Answers.Refuse(ErrorCode.DefinitionNotFound, $"The definition of job {job} is not held by this network any more.");
    }

    public static async Task<IResult> DeliverAsync(string job, HttpContext http, NetworkEngine engine, HostAccess access, JobResults results, CancellationToken cancellation)
    {
        var allowed = await access.AllowAsync(job, http.Request.Headers.Authorization.ToString(), cancellation);
        if (allowed.IsRefused)
            return Answers.Refuse(allowed.Refusal);
        var body = await JsonBodies.BytesAsync(http);
        if (!await IsKeptForAsync(allowed.Value, engine, cancellation))
            return NotKept(job);
        if (!JobResult.TryParse(body, out _, out var mistake))
            return Answers.Refuse(ErrorCode.MalformedRequest, mistake);
        var address = JobAddress.Parse(job);
        if (!await results.KeepAsync(address, body, cancellation))
            return Answers.Refuse(ErrorCode.InvalidParameter, $"The result of job {job} was delivered before; the first one counts.");
        // Its deployment may have been deleted meanwhile, and what was kept for it.
        if (!await IsKeptForAsync(allowed.Value, engine, CancellationToken.None))
        {
            await results.ForgetAsync(address, CancellationToken.None);
            return NotKept(job);
        }

        return Answers.Ok(new Delivered("Success"), ProtocolJson.Default.Delivered);
    }

    /// <summary>Results go with their deployments: of others they would be kept for ever.</summary>
    private static async ValueTask<bool> IsKeptForAsync(Job job, NetworkEngine engine, CancellationToken cancellation) =>
        await engine.Read.DeploymentAsync(job.Deployment, cancellation) is { Confidential: true };

    private static IResult NotKept(string job) => Answers.Refuse(
        ErrorCode.InvalidParameter,
        $"Job {job} is of no confidential deployment that there is now, so its result is not kept here. Pin it, and report the end of the run with it.");
}
