using System.Net;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Finds nodes and the jobs on them, for their API.</summary>
internal sealed class NodeJobs(Names names, JobAccess access, Tunnels tunnels, TimeProvider time)
{
    private const int MostBytes = 64 * 1024;
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    public async ValueTask<Outcome<Node>> NodeAsync(string node, CancellationToken cancellation) =>
        await names.FindNodeAsync(node, cancellation) is { } found
            ? found
            : new Refusal(ErrorCode.NodeNotFound, $"There is no node '{PathValues.Shown(node)}' in this network. GET /api/nodes lists them.");

    /// <summary>A job that is or was last on a node, where the caller may see it.</summary>
    public async ValueTask<Outcome<AllowedJob>> JobAsync(string node, string job, string authorization, string scope, CancellationToken cancellation)
    {
        var found = await NodeAsync(node, cancellation);
        if (found.IsRefused)
            return found.Refusal;
        var allowed = await access.AllowAsync(job, authorization, scope, cancellation);
        if (allowed.IsRefused || allowed.Value.Job.Node == found.Value.Key)
            return allowed;
        var where = allowed.Value.Job.Node == 0 ? "it waits for one" : $"it is on {await names.NodeAsync(allowed.Value.Job.Node, cancellation)}";
        return new Refusal(ErrorCode.JobNotFound, $"Job {allowed.Value.Address} is not on the node {found.Value.Address}: {where}.");
    }

    /// <summary>What a node says of itself.</summary>
    public async Task<Outcome<NodeAbout>> AskAsync(NodeAddress node, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(AnswerTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var sent = await tunnels.SendAsync(node, () => new HttpRequestMessage(HttpMethod.Get, "http://node/info"), either.Token);
            if (sent.IsRefused)
                return sent.Refusal;
            using var answer = sent.Value;
            await answer.Content.LoadIntoBufferAsync(MostBytes, either.Token);
            if (answer.StatusCode is HttpStatusCode.OK
                && JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(either.Token), ProtocolJson.Default.NodeAbout) is { } about
                && about.Node == node)
                return about;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // Said below.
        }

        return new Refusal(ErrorCode.NodeUnreachable, $"The node {node} does not say how it is. Try again in a moment.");
    }
}
