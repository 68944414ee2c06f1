using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What nodes answer at their own names.</summary>
internal static class NodeApiEndpoints
{
    public static async Task<IResult> AddressAsync(string node, HttpContext http, NodeJobs jobs, NodeSockets sockets, CancellationToken cancellation)
    {
        if (http.WebSockets.IsWebSocketRequest)
            return await SocketAsync(node, http, jobs, sockets, cancellation);
        var found = await jobs.NodeAsync(node, cancellation);
        if (found.IsRefused)
            return Answers.Refuse(found.Refusal);
        var about = await jobs.AskAsync(found.Value.Address, cancellation);
        return about.IsRefused ? Answers.Refuse(about.Refusal) : Json(JsonValue.Create(about.Value.Node.ToString()));
    }

    public static async Task<IResult> InfoAsync(string node, NetworkEngine engine, NodeJobs jobs, TimeProvider time, CancellationToken cancellation)
    {
        var found = await jobs.NodeAsync(node, cancellation);
        if (found.IsRefused)
            return Answers.Refuse(found.Refusal);
        var about = await jobs.AskAsync(found.Value.Address, cancellation);
        if (about.IsRefused)
            return Answers.Refuse(about.Refusal);
        return Json(new JsonObject
        {
            ["node"] = found.Value.Address.ToString(),
            ["uptime"] = about.Value.StartedAt,
            ["state"] = NodeViews.State(found.Value, Leases.IsLive(engine.Seen.Of(found.Value.Key), time.GetUtcNow())),
            ["info"] = found.Value.Hardware is { } hardware ? JsonSerializer.SerializeToNode(hardware, ProtocolJson.Default.NodeHardware) : new JsonObject(),
            ["policy"] = JsonSerializer.SerializeToNode(about.Value.Policy, ProtocolJson.Default.NodePolicy),
        });
    }

    /// <summary>Server-sent: the job as it stands, each time that it is another.</summary>
    public static async Task<IResult> JobInfoAsync(
        string node, string job, HttpContext http, NodeJobs jobs, NodeJobInfo info, IHostApplicationLifetime lifetime, CancellationToken cancellation)
    {
        var found = await jobs.JobAsync(node, job, Authorization(http), Scopes.JobsRead, cancellation);
        if (found.IsRefused)
            return Answers.Refuse(found.Refusal);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        try
        {
            await info.StreamAsync(http.Response, found.Value, stopping.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The server stops.
        }

        return Results.Empty;
    }

    public static Task<IResult> OperationsAsync(string node, string job, HttpContext http, NodeJobs jobs, RunOperations operations, CancellationToken cancellation) =>
        ShowAsync(node, job, http, jobs, operations, _ => true, cancellation);

    public static async Task<IResult> OperationAsync(string node, string job, string operation, HttpContext http, NodeJobs jobs, RunOperations operations, CancellationToken cancellation)
    {
        var read = await ReadAsync(node, job, http, jobs, operations, cancellation);
        return read.IsRefused
            ? Answers.Refuse(read.Refusal)
            : Json(new JsonObject { [operation] = read.Value.FirstOrDefault(view => view.OpId == operation) is { } view ? NodeJobInfo.Name(view.Status) : null });
    }

    public static async Task<IResult> CurrentGroupAsync(string node, string job, HttpContext http, NodeJobs jobs, RunOperations operations, CancellationToken cancellation)
    {
        var read = await ReadAsync(node, job, http, jobs, operations, cancellation);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var current = NodeJobInfo.CurrentGroup(read.Value);
        return Json(NodeJobInfo.Statuses(read.Value.Where(view => view.Group == current)));
    }

    public static Task<IResult> GroupAsync(string node, string job, string group, HttpContext http, NodeJobs jobs, RunOperations operations, CancellationToken cancellation) =>
        ShowAsync(node, job, http, jobs, operations, view => view.Group == group, cancellation);

    public static async Task<IResult> EndpointsAsync(string node, string job, HttpContext http, NodeJobs jobs, NodeJobInfo info, CancellationToken cancellation)
    {
        var found = await jobs.JobAsync(node, job, Authorization(http), Scopes.JobsRead, cancellation);
        if (found.IsRefused)
            return Answers.Refuse(found.Refusal);
        var urls = await info.EndpointsAsync(found.Value.Job, cancellation);
        if (urls.Count == 0)
            return Answers.Refuse(ErrorCode.InvalidParameter, $"No exposed url for job id {found.Value.Address}.");
        var isOnline = urls.All(url => (string?)url.Value!["status"] == "ONLINE");
        return Json(new JsonObject { ["urls"] = urls, ["status"] = isOnline ? "ONLINE" : "OFFLINE" });
    }

    public static async Task<IResult> StopAsync(string node, string job, HttpContext http, NodeJobs jobs, NetworkEngine engine, CancellationToken cancellation)
    {
        var found = await jobs.JobAsync(node, job, Authorization(http), Scopes.JobsWrite, cancellation);
        if (found.IsRefused)
            return Answers.Refuse(found.Refusal);
        var stopped = await engine.ExecuteAsync(new StopJob(found.Value.Caller, found.Value.Address), cancellation);
        return stopped.IsRefused ? Answers.Refuse(stopped.Refusal) : Results.Text("job stopped successfully");
    }

    /// <summary>Takes the definition of a confidential job in.</summary>
    public static async Task<IResult> SendDefinitionAsync(string node, string job, HttpContext http, NodeJobs jobs, ConfidentialJobs confidential, CancellationToken cancellation)
    {
        var found = await jobs.JobAsync(node, job, Authorization(http), Scopes.JobsWrite, cancellation);
        if (found.IsRefused)
            return Answers.Refuse(found.Refusal);
        var sent = await confidential.SendAsync(found.Value.Job, await JsonBodies.BytesAsync(http), cancellation);
        return sent.IsRefused ? Answers.Refuse(sent.Refusal) : Results.Text("Job definition received");
    }

    public static async Task<IResult> DefinitionAsync(
        string node, string job, HttpContext http, NodeJobs jobs, Definitions definitions, ConfidentialJobs confidential, CancellationToken cancellation)
    {
        var found = await jobs.JobAsync(node, job, Authorization(http), Scopes.JobsRead, cancellation);
        if (found.IsRefused)
            return Answers.Refuse(found.Refusal);
        if (!await confidential.IsConfidentialAsync(found.Value.Job, cancellation))
            return await definitions.JsonAsync(found.Value.Job.Definition, cancellation) is { } json
                ? Results.Text(json.GetRawText(), "application/json")
                : Answers.Refuse(ErrorCode.ContentNotFound, $"The definition of job {found.Value.Address} is not held by this network any more.");
        var given = await confidential.DefinitionAsync(found.Value.Job, cancellation);
        return given.IsRefused ? Answers.Refuse(given.Refusal)
            : given.Value.Length > 0 ? Results.Bytes(given.Value, "application/json")
            : Answers.Refuse(ErrorCode.InvalidParameter, $"The definition of job {found.Value.Address} is not yet set, or is gone with the job.");
    }

    public static async Task<IResult> ResultsAsync(string node, string job, HttpContext http, NodeJobs jobs, ConfidentialJobs confidential, CancellationToken cancellation)
    {
        var found = await jobs.JobAsync(node, job, Authorization(http), Scopes.JobsRead, cancellation);
        if (found.IsRefused)
            return Answers.Refuse(found.Refusal);
        var kept = await confidential.ResultAsync(found.Value.Job, cancellation);
        return kept.IsRefused ? Answers.Refuse(kept.Refusal)
            : kept.Value.Length > 0 ? Results.Bytes(kept.Value, "application/json")
            : Answers.Refuse(ErrorCode.InvalidParameter, $"Job {found.Value.Address}: cannot get job result at this time. A node keeps those of confidential jobs for an hour after their end.");
    }

    public static async Task<IResult> SocketAsync(string node, HttpContext http, NodeJobs jobs, NodeSockets sockets, CancellationToken cancellation)
    {
        var found = await jobs.NodeAsync(node, cancellation);
        if (found.IsRefused)
            return Answers.Refuse(found.Refusal);
        if (!http.WebSockets.IsWebSocketRequest)
            return Answers.Refuse(ErrorCode.RouteNotFound, "A node has no such route. What it has is in docs/wire.md, under 'Nodes by name'.");
        await sockets.ServeAsync(http, node, cancellation);
        return Results.Empty;
    }

    /// <summary>A route that has a group, or an operation of it, do something.</summary>
    public static Delegate Command(string word, string said) =>
        async (string node, string job, string group, HttpContext http, NodeJobs jobs, RunOperations operations, CancellationToken cancellation) =>
        {
            var found = await jobs.JobAsync(node, job, Authorization(http), Scopes.JobsWrite, cancellation);
            if (found.IsRefused)
                return Answers.Refuse(found.Refusal);
            var done = await operations.CommandAsync(found.Value.Job, group, (string?)http.Request.RouteValues["operation"], word, cancellation);
            return done.IsRefused ? Answers.Refuse(done.Refusal) : Json(new JsonObject { ["message"] = said });
        };

    private static async Task<IResult> ShowAsync(
        string node, string job, HttpContext http, NodeJobs jobs, RunOperations operations, Func<OperationView, bool> filter, CancellationToken cancellation)
    {
        var read = await ReadAsync(node, job, http, jobs, operations, cancellation);
        return read.IsRefused ? Answers.Refuse(read.Refusal) : Json(NodeJobInfo.Statuses(read.Value.Where(filter)));
    }

    private static async Task<Outcome<IReadOnlyList<OperationView>>> ReadAsync(
        string node, string job, HttpContext http, NodeJobs jobs, RunOperations operations, CancellationToken cancellation)
    {
        var found = await jobs.JobAsync(node, job, Authorization(http), Scopes.JobsRead, cancellation);
        if (found.IsRefused)
            return found.Refusal;
        var read = await operations.ReadAsync(found.Value.Job, cancellation);
        return read.IsRefused ? read.Refusal : (OperationView[])[.. read.Value.Operations.Select(OperationView.Of)];
    }

    private static string Authorization(HttpContext http) => http.Request.Headers.Authorization.ToString();

    private static IResult Json(JsonNode json) => Results.Text(json.ToJsonString(), "application/json");
}
