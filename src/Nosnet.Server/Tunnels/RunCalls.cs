using System.Net;
using System.Net.Http.Headers;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Asks the node of a job's run about that run.</summary>
internal sealed class RunCalls(NetworkEngine engine, Names names, Tunnels tunnels, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <param name="job">The job; it has a node.</param>
    /// <param name="method">The method.</param>
    /// <param name="what">What of the run is asked: the path behind its address.</param>
    /// <param name="json">A body; null for none.</param>
    /// <param name="cancellation">Ends the question.</param>
    /// <returns>What the node answered; a refusal where it did not.</returns>
    public async Task<Outcome<RunAnswer>> AskAsync(Job job, HttpMethod method, string what, byte[]? json, CancellationToken cancellation)
    {
        var node = await names.NodeAsync(job.Node, cancellation);
        var run = engine.Addresses.Run(job.Key, job.Epoch);
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var sent = await tunnels.SendAsync(node, () => Request(method, $"{NodeInvoker.Prefix}/runs/{run}/{what}", json), either.Token);
            if (sent.IsRefused)
                return sent.Refusal;
            using var answer = sent.Value;
            await answer.Content.LoadIntoBufferAsync(JobResult.MaxBytes, either.Token);
            return new RunAnswer(answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(either.Token));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new Refusal(ErrorCode.NodeUnreachable, $"The node {node} did not answer. Try again in a moment.");
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string url, byte[]? json) => new(method, url)
    {
        Content = json is null ? null : new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };
}

/// <summary>What a node answered about a run.</summary>
internal readonly record struct RunAnswer(HttpStatusCode Status, byte[] Body)
{
    public bool IsOk => Status is HttpStatusCode.OK;
}
