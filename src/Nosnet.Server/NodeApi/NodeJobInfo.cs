using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>A job as its node's API shows it: the result document as far as it has come, without logs, with its operations and endpoints.</summary>
internal sealed class NodeJobInfo(NetworkEngine engine, RunOperations operations, ServiceLists services, ServerAddress server, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BeatPeriod = TimeSpan.FromSeconds(15);

    /// <summary>Sends the job whenever it is another than before, until it has ended.</summary>
    public async Task StreamAsync(HttpResponse response, AllowedJob allowed, CancellationToken cancellation)
    {
        using var writer = new EventWriter(response);
        await writer.StartAsync(cancellation);
        string? told = null;
        var last = time.GetTimestamp();
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            var job = await engine.Read.JobAsync(allowed.Job.Key, cancellation) ?? allowed.Job;
            var json = await JsonAsync(job, cancellation);
            if (json is not null && json != told)
            {
                await writer.WriteAsync(Encoding.UTF8.GetBytes($"data: {told = json}\n\n"), cancellation);
                last = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(last) >= BeatPeriod)
            {
                await writer.WriteAsync(": keep-alive\n\n"u8.ToArray(), cancellation);
                last = time.GetTimestamp();
            }

            // Its next run may be on another node.
            if (job.IsEnded || job.Node != allowed.Job.Node)
                return;
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    /// <summary>The job's exposed ports by their ids.</summary>
    public async Task<JsonObject> EndpointsAsync(Job job, CancellationToken cancellation)
    {
        var urls = new JsonObject();
        foreach (var service in await services.ShownAsync(job, cancellation))
        {
            urls[service.Id] = new JsonObject
            {
                ["opID"] = service.OperationId,
                ["port"] = service.Target.Port,
                ["url"] = server.Endpoint(service.Id),
                ["status"] = service.Status.ToString().ToUpperInvariant(),
            };
        }

        return urls;
    }

    public static JsonObject Statuses(IEnumerable<OperationView> views)
    {
        var statuses = new JsonObject();
        foreach (var view in views)
            statuses[view.OpId] = Name(view.Status);
        return statuses;
    }

    public static string Name(OperationStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>The group that runs: the first of which something has not ended; null where all has.</summary>
    public static string? CurrentGroup(IReadOnlyList<OperationView> views) =>
        views.FirstOrDefault(view => view is { EndedAt: null, Status: not (OperationStatus.Stopped or OperationStatus.Init) })?.Group;

    private async Task<string?> JsonAsync(Job job, CancellationToken cancellation)
    {
        var read = await operations.ReadAsync(job, cancellation);
        if (read.IsRefused)
            return null;
        var views = read.Value.Operations.Select(OperationView.Of).ToArray();
        var json = JsonNode.Parse((read.Value with { NodeLog = null, Operations = [.. read.Value.Operations.Select(o => o with { Logs = [] })] }).ToUtf8Bytes())!.AsObject();
        foreach (var (state, view) in json["opStates"]!.AsArray().Zip(views))
        {
            state!.AsObject().Remove("logs");
            state.AsObject().Remove("providerId");
            state["status"] = Persisted(view.Status);
        }

        if (json["errors"] is null)
            json["errors"] = new JsonArray();
        var urls = await EndpointsAsync(job, cancellation);
        json["secrets"] = job.IsEnded || urls.Count == 0
            ? new JsonObject()
            : new JsonObject { [engine.Addresses.Job(job.Key).ToString()] = urls, ["urlmode"] = urls.Any(url => url.Key.Length == EndpointId.PrivateLength) ? "private" : "public" };
        var current = CurrentGroup(views);
        json["operations"] = job.IsEnded ? null : new JsonObject
        {
            ["all"] = Statuses(views),
            ["currentGroup"] = current,
            ["currentGroupStatus"] = Statuses(views.Where(view => view.Group == current)),
        };
        return json.ToJsonString();
    }

    /// <summary>The official node has two sets of names: one for operations that run, and a shorter one for documents.</summary>
    private static string Persisted(OperationStatus status) => status switch
    {
        OperationStatus.Init or OperationStatus.Pending or OperationStatus.Waiting => "init",
        OperationStatus.Finished => "success",
        OperationStatus.Failed => "failed",
        OperationStatus.Stopped => "stopped",
        _ => "running",
    };
}
