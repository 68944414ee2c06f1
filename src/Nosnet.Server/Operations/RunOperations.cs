using System.Net;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The operations of jobs: as the node that runs them says, as the result says, or as the definition lets expect.</summary>
internal sealed class RunOperations(NetworkEngine engine, Definitions definitions, ContentFiles files, RunCalls calls)
{
    /// <summary>The operations of a job in the shape of a result, without their logs where the job runs.</summary>
    public async Task<Outcome<JobResult>> ReadAsync(Job job, CancellationToken cancellation)
    {
        if (job is { IsEnded: true, Result: { } cid })
        {
            return await files.ReadAsync(cid, JobResult.MaxBytes, cancellation) is { } bytes && JobResult.TryParse(bytes, out var result, out _)
                ? result
                : new Refusal(ErrorCode.ContentNotFound, $"The result {cid} of job {engine.Addresses.Job(job.Key)} is not held by this network any more, or is none.");
        }

        if (job.State is not JobState.Running)
            return await ExpectedAsync(job, cancellation);
        var answer = await AskAsync(job, HttpMethod.Get, "ops", cancellation);
        if (answer.IsRefused)
            return answer.Refusal;
        return answer.Value.Operations ?? await ExpectedAsync(job, cancellation);
    }

    /// <summary>Has a group or one operation of it stopped, restarted or moved to, and answers how all stand then.</summary>
    public async Task<Outcome<JobResult>> CommandAsync(Job job, string group, string? operation, string word, CancellationToken cancellation)
    {
        var address = engine.Addresses.Job(job.Key);
        if (job.IsEnded)
            return new Refusal(ErrorCode.JobEnded, $"Job {address} has ended, and its operations with it.");
        if (job.State is not JobState.Running)
            return new Refusal(ErrorCode.NotRunning, $"Job {address} still waits for a node, so none of its operations runs.");
        var of = operation is null ? "" : $"/operation/{Uri.EscapeDataString(operation)}";
        var answer = await AskAsync(job, HttpMethod.Post, $"group/{Uri.EscapeDataString(group)}{of}/{word}", cancellation);
        if (answer.IsRefused)
            return answer.Refusal;
        if (answer.Value is { Operations: { } operations })
            return operations;

        var what = operation is null ? $"the group '{PathValues.Shown(group)}'" : $"the operation '{PathValues.Shown(operation)}' of the group '{PathValues.Shown(group)}'";
        var known = await ExpectedAsync(job, cancellation);
        if (answer.Value.Status is HttpStatusCode.NotFound && !known.Operations.Any(o => o.Group == group && (operation is null || o.OperationId == operation)))
            return new Refusal(ErrorCode.OperationNotFound, $"Job {address} has not {what}. GET /api/jobs/{address}/ops lists what it has.");
        return new Refusal(ErrorCode.NotRunning, word switch
        {
            "move" => $"Job {address} is at {what} already, or past it: a job goes forward only.",
            "restart" => $"Nothing of {what} runs now, so nothing of it can be restarted.",
            _ => $"Nothing of {what} runs or waits any more, so there is nothing to stop.",
        });
    }

    /// <summary>What the definition says, before a node is at it.</summary>
    private async Task<JobResult> ExpectedAsync(Job job, CancellationToken cancellation) => new()
    {
        Status = ResultStatus.Init,
        StartTime = job.PostedAt,
        Operations =
        [
            .. (await definitions.OfAsync(job.Definition, cancellation))?.Ops.Select(op => new OperationResult
            {
                OperationId = op.Id,
                Group = op.Execution?.Group ?? op.Id,
                Status = ResultStatus.Init,
            }) ?? [],
        ],
    };

    private async Task<Outcome<(HttpStatusCode Status, JobResult? Operations)>> AskAsync(Job job, HttpMethod method, string what, CancellationToken cancellation)
    {
        var answer = await calls.AskAsync(job, method, what, json: null, cancellation);
        if (answer.IsRefused)
            return answer.Refusal;
        if (!answer.Value.IsOk)
            return (answer.Value.Status, null);
        return JobResult.TryParse(answer.Value.Body, out var operations, out _)
            ? (HttpStatusCode.OK, operations)
            : new Refusal(ErrorCode.NodeUnreachable, $"The node of job {engine.Addresses.Job(job.Key)} does not say how its operations stand.");
    }
}
