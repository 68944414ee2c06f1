using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What the streams of jobs are made with.</summary>
internal sealed class JobStreams(
    NetworkEngine engine, JobViews views, Names names, Tunnels tunnels, ContentFiles files, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<JobStreams> logger)
{
    /// <summary>Follows a job to its end, with its log or without.</summary>
    public Task FollowAsync(IJobListener listener, Job job, LogPosition? from, CancellationToken cancellation) =>
        new JobStream(engine, views, names, tunnels, files, listener, time, logger).RunAsync(job, from, cancellation);

    /// <summary>Answers with the events of a job to its end, with its log or without.</summary>
    public async Task RunAsync(HttpContext http, Job job, LogPosition? from, LogFilter filter, CancellationToken cancellation)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        using var writer = new EventWriter(http.Response);
        try
        {
            await writer.StartAsync(stopping.Token);
            await FollowAsync(new EventListener(writer, views, filter), job, from, stopping.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && stopping.IsCancellationRequested)
        {
            // The server stops: the stream ends without its last event, which tells the reader to come back.
        }
    }
}
