using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/jobs/{job}/stats</c></summary>
internal static class StatsEndpoints
{
    // How often nodes look.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    public static async Task<IResult> GetAsync(
        string job, HttpContext http, NetworkEngine engine, RunStatsReader stats, TimeProvider time, IHostApplicationLifetime lifetime, CancellationToken cancellation)
    {
        var (found, refusal) = await JobEndpoints.FindAsync(job, http, engine, cancellation);
        if (found is null)
            return refusal!;
        if (http.Request.Query["follow"] == "true")
        {
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
            try
            {
                await FollowAsync(http.Response, found, engine, stats, time, stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // The server stops, or whoever asked has gone.
            }

            return Results.Empty;
        }

        var read = await stats.ReadAsync(found, cancellation);
        return Answers.Of(read, s => s, ProtocolJson.Default.JobStats);
    }

    /// <summary>Sends every sample once, those that there are at first, until the job has ended.</summary>
    private static async Task FollowAsync(HttpResponse response, Job job, NetworkEngine engine, RunStatsReader stats, TimeProvider time, CancellationToken cancellation)
    {
        using var writer = new EventWriter(response);
        await writer.StartAsync(cancellation);
        using var timer = new PeriodicTimer(Period, time);
        var last = DateTimeOffset.MinValue;
        do
        {
            job = await engine.Read.JobAsync(job.Key, cancellation) ?? job;
            var read = await stats.ReadAsync(job, cancellation);
            var news = read.IsRefused ? [] : read.Value.Samples.Where(sample => sample.At > last).ToList();
            foreach (var sample in news)
                await writer.WriteAsync(JobStreamEvents.Stats, null, sample, ProtocolJson.Default.StatsSample, cancellation);
            if (job.IsEnded)
                return;
            if (news.Count > 0)
                last = news.Max(sample => sample.At);
            else
                await writer.BeatAsync(cancellation);
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }
}
