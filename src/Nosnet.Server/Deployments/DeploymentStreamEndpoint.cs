using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/deployments/{id}/stream</c></summary>
internal static class DeploymentStreamEndpoint
{
    public static async Task<IResult> StreamAsync(
        string deployment, HttpContext http, NetworkEngine engine, DeploymentViews views, Names names, TimeProvider time, IHostApplicationLifetime lifetime, CancellationToken cancellation)
    {
        var (found, refusal) = await DeploymentEndpoints.FindAsync(deployment, http, engine, cancellation);
        if (found is null)
            return refusal!;
        long? after = null;
        if (http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last)
        {
            if (!Bytes32.TryParseBase58(last, out var id) || !engine.Addresses.TryCursor(id, out var place))
                return Answers.Refuse(ErrorCode.InvalidParameter, $"'{PathValues.Shown(last)}' is the id of no event of a deployment. Leave Last-Event-ID out for what happens from now on.");
            after = place.Key;
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        using var writer = new EventWriter(http.Response);
        try
        {
            await writer.StartAsync(stopping.Token);
            await new DeploymentWatch(engine, views, names, time, found.Key, after).RunAsync(
                frames => writer.WriteFramesAsync(frames, ProtocolJson.Default.StreamFrame, stopping.Token), () => writer.BeatAsync(stopping.Token), stopping.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && stopping.IsCancellationRequested)
        {
            // The server stops: its readers come back.
        }

        return Results.Empty;
    }
}
