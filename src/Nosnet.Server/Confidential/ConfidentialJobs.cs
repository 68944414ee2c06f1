using System.Net;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// Passes the definitions and results of confidential jobs on between their owners and their nodes. They go through this server's memory
/// and are written nowhere.
/// </summary>
internal sealed class ConfidentialJobs(NetworkEngine engine, Definitions definitions, RunCalls calls)
{
    /// <summary>Whether a job is one: its result is then to be had from its node alone.</summary>
    public async ValueTask<bool> IsConfidentialAsync(Job job, CancellationToken cancellation) =>
        await definitions.OfAsync(job.Definition, cancellation) is { Logistics: not null };

    /// <summary>Sends a definition to the node that waits for it.</summary>
    public async Task<Outcome<bool>> SendAsync(Job job, byte[] definition, CancellationToken cancellation)
    {
        var address = engine.Addresses.Job(job.Key);
        if (job.IsEnded)
            return new Refusal(ErrorCode.JobEnded, $"Job {address} has ended; it takes no definition any more.");
        if (job.State is not JobState.Running)
            return new Refusal(ErrorCode.NotRunning, $"Job {address} still waits for a node. Send the definition when it has one.");
        var parsed = JobDefinitionParser.Parse(definition);
        var answer = await calls.AskAsync(job, HttpMethod.Put, "definition", definition, cancellation);
        if (answer.IsRefused)
            return answer.Refusal;
        return answer.Value.Status switch
        {
            HttpStatusCode.NoContent => true,
            HttpStatusCode.BadRequest => new Refusal(ErrorCode.InvalidDefinition,
                $"What was sent is no definition that can run, and job {address} ends by that. {(parsed.Findings.Count > 0 ? parsed.Findings[0] : "It has no operations.")}",
                [.. parsed.Findings.Select(f => new ErrorDetail(f.Path, $"found {f.Found}; allowed: {f.Allowed}."))]),
            _ => new Refusal(ErrorCode.NotRunning, $"The node of job {address} cannot take a job definition at this time: it waits for none yet, or has one."),
        };
    }

    /// <summary>The definition that a node was sent; empty where it has none.</summary>
    public Task<Outcome<byte[]>> DefinitionAsync(Job job, CancellationToken cancellation) => ReadAsync(job, "definition", cancellation);

    /// <summary>The result that a node keeps for the job's owner; empty where it keeps none, or no more.</summary>
    public Task<Outcome<byte[]>> ResultAsync(Job job, CancellationToken cancellation) => ReadAsync(job, "result", cancellation);

    private async Task<Outcome<byte[]>> ReadAsync(Job job, string what, CancellationToken cancellation)
    {
        if (job.Node == 0)
            return Array.Empty<byte>();
        var answer = await calls.AskAsync(job, HttpMethod.Get, what, json: null, cancellation);
        return answer.IsRefused ? answer.Refusal : answer.Value.IsOk ? answer.Value.Body : [];
    }
}
