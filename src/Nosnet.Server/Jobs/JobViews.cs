using System.Text.Json;
using System.Text.Unicode;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Jobs as they are shown.</summary>
internal sealed class JobViews(NetworkEngine engine, Names names, Definitions definitions, ServiceLists services, ContentFiles files, ServerAddress server, TimeProvider time)
{
    /// <summary>What stands for "no node" in the official API: the system address.</summary>
    private static readonly string NoNode = default(Bytes32).ToString();

    /// <summary>A result that is larger is not embedded; <c>GET /jobs/{job}/result</c> has it.</summary>
    private const int MostEmbeddedBytes = 16 * 1024 * 1024;

    /// <summary>A job as lists show it.</summary>
    public async Task<JobView> ShortAsync(Job job, CancellationToken cancellation)
    {
        var address = engine.Addresses.Job(job.Key);
        var owner = await names.AccountAsync(job.Account, cancellation);
        var status = job.State.Status(job.Reason);
        return new JobView
        {
            IpfsJob = job.Definition,
            IpfsResult = job.Result,
            Market = await names.MarketAsync(job.Market, cancellation),
            Node = job.Node == 0 ? NoNode : (await names.NodeAsync(job.Node, cancellation)).ToString(),
            Payer = owner,
            Project = owner,
            Price = job.PricePerHour,
            State = job.State,
            JobStatus = job.State is not JobState.Completed ? null : status is JobStatus.Completed ? "success" : "failed",
            TimeStart = job.StartedAt?.ToUnixTimeSeconds() ?? 0,
            TimeEnd = job.EndedAt?.ToUnixTimeSeconds() ?? 0,
            Timeout = job.TimeoutSeconds,
            UsdRewardPerHour = Pricing.Settle(job.PricePerHour, job.FeeBasisPoints, TimeSpan.FromHours(1), job.PricePerHour).Reward,
            ListedAt = job.PostedAt.ToUnixTimeSeconds(),
            Address = address,
            Status = status,
            EndReason = job.Reason,
            StopRequested = job.StopRequested && !job.IsEnded,
            Run = job.Epoch == 0 ? null : engine.Addresses.Run(job.Key, job.Epoch),
            Epoch = job.Epoch,
            CostUsd = CostSoFar(job),
            ReservedUsd = job.Reserved,
            PostedAt = job.PostedAt,
            StartedAt = job.StartedAt,
            EndedAt = job.EndedAt,
            ExpiresAt = job.State switch
            {
                JobState.Queued => job.QueuedUntil,
                JobState.Running => job.Deadline,
                _ => null,
            },
            Requirements = job.Requirements,
            Endpoints = [.. (await services.ShownAsync(job, cancellation)).Select(service => new JobEndpoint
            {
                OpId = service.OperationId,
                Port = service.Target.Port,
                Url = server.Endpoint(service.Id),
                Status = service.Status,
            })],
        };
    }

    /// <summary>A job with its place in the queue, its definition and its result.</summary>
    public async Task<JobView> FullAsync(Job job, CancellationToken cancellation) => await ShortAsync(job, cancellation) with
    {
        Queue = await QueueAsync(job, cancellation),
        JobDefinition = await definitions.JsonAsync(job.Definition, cancellation),
        JobResult = await ResultAsync(job, cancellation),
    };

    public async Task<QueuePosition?> QueueAsync(Job job, CancellationToken cancellation)
    {
        if (job.State is not JobState.Queued)
            return null;
        var position = await engine.Read.QueuePositionAsync(job, cancellation);
        var load = await engine.Read.MarketLoadAsync(job.Market, cancellation);
        var nodes = await NodesOfAsync(job.Market, cancellation);
        return new QueuePosition(position, load.Queued, nodes.Count(n => n.IsWaiting))
        {
            FittingNodes = nodes.Count(job.MayRunOn),
            Note = await NoteAsync(job, nodes, cancellation),
        };
    }

    /// <summary>A sentence where no live node of a waiting job's market can run it.</summary>
    private async Task<string?> NoteAsync(Job job, IReadOnlyList<Node> nodes, CancellationToken cancellation)
    {
        if (nodes.Any(job.MayRunOn))
            return null;
        if (job.WantedNode != 0)
            return $"It waits for the node {await names.NodeAsync(job.WantedNode, cancellation)} alone, which does not answer now.";
        if (nodes.Count == 0 || job.Requirements is not { } needs)
            return "No node works for this market now. It waits for one.";
        var lack = nodes.Select(n => n.Capacity.Lack(needs)).MinBy(l => l.Length);
        return nodes.Count == 1
            ? $"The one live node of this market cannot run it, because {lack} It waits for one that can."
            : $"None of the {nodes.Count} live nodes of this market can run it, the nearest because {lack} It waits for one that can.";
    }

    /// <summary>The live nodes of a market that take jobs.</summary>
    public async Task<IReadOnlyList<Node>> NodesOfAsync(long market, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return [.. (await engine.NodesAsync(cancellation)).Where(n => n.Market == market && n.Drain is Drain.None && Leases.IsLive(engine.Seen.Of(n.Key), now))];
    }

    public Credits CostSoFar(Job job)
    {
        if (job.State is not JobState.Running)
            return job.Settled;
        return Pricing.Settle(job.PricePerHour, job.FeeBasisPoints, job.RanUntil(time.GetUtcNow()), job.Reserved).Total;
    }

    private async Task<JsonElement?> ResultAsync(Job job, CancellationToken cancellation)
    {
        if (job.Result is not { } cid || await files.ReadAsync(cid, MostEmbeddedBytes, cancellation) is not { } bytes)
            return null;
        try
        {
            return Utf8.IsValid(bytes) ? JsonElement.Parse(bytes) : null;
        }
        catch (JsonException)
        {
            // A node pinned something else as its result. The job's own row is still true, and the file is at /ipfs/{cid}.
            return null;
        }
    }
}
