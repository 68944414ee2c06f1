using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What jobs use: as their nodes say while they run, and as their results say afterwards.</summary>
internal sealed class RunStatsReader(RunOperations operations, RunCalls calls)
{
    private static readonly JobStats Nothing = new() { Samples = [], Totals = [] };

    public async Task<Outcome<JobStats>> ReadAsync(Job job, CancellationToken cancellation)
    {
        if (job.State is JobState.Running)
            return await AskAsync(job, cancellation);
        if (job.Result is null)
            return Nothing;
        var read = await operations.ReadAsync(job, cancellation);
        return read.IsRefused
            ? read.Refusal
            : Nothing with { Totals = [.. read.Value.Operations.Where(o => o.Diagnostics.Usage is not null).Select(o => new OperationTotals(o.OperationId ?? "", o.Diagnostics.Usage!))] };
    }

    private async Task<Outcome<JobStats>> AskAsync(Job job, CancellationToken cancellation)
    {
        var answer = await calls.AskAsync(job, HttpMethod.Get, "stats", json: null, cancellation);
        if (answer.IsRefused)
            return answer.Refusal;
        // The node may not have been told of the run yet, or not any more.
        if (!answer.Value.IsOk)
            return Nothing;
        try
        {
            return JsonSerializer.Deserialize(answer.Value.Body, ProtocolJson.Default.JobStats) ?? Nothing;
        }
        catch (JsonException)
        {
            return new Refusal(ErrorCode.NodeUnreachable, "The job's node does not say what it uses. Try again in a moment.");
        }
    }
}
