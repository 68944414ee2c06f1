using System.Text;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/stats</c> and <c>/metrics</c>: what a server has done, of all accounts together, for whoever watches it.</summary>
internal static class FigureEndpoints
{
    /// <summary>The type by which readers know the text format.</summary>
    private const string MetricsType = "text/plain; version=0.0.4";

    public static IResult Stats(NetworkEngine engine, TimeProvider time)
    {
        var figures = engine.Tasks.Read();
        var tasks = figures.Done + figures.Refused;
        return Answers.Ok(
            new DeploymentFigures
            {
                RunningMs = (long)(time.GetUtcNow() - figures.StartedAt).TotalMilliseconds,
                StartedAt = figures.StartedAt,
                Jobs = new DeploymentFigures.JobFigures(figures.Listed, figures.Extended, figures.Stopped),
                Tasks = new DeploymentFigures.TaskFigures(figures.InProgress, figures.Refused, figures.Done, TimedOut: 0, tasks == 0 ? 0 : figures.Took.TotalMilliseconds / tasks),
            },
            ProtocolJson.Default.DeploymentFigures);
    }

    public static IResult Metrics(NetworkEngine engine, Tunnels tunnels)
    {
        var figures = engine.Tasks.Read();
        var text = new MetricsText();
        text.Gauge("nosnet_start_time_seconds", "When this server began, in unix seconds.", figures.StartedAt.ToUnixTimeMilliseconds() / 1_000.0);
        text.Gauge("nosnet_writer", "1 where this server carries out what is written, 0 where it passes that on.", engine.IsWriter ? 1 : 0);
        text.Gauge("nosnet_tunnels", "Nodes whose tunnels this server holds.", tunnels.Nodes.Count);
        text.Counter("nosnet_deployment_jobs_total", "What this server did with jobs of deployments.", "action", ("listed", figures.Listed), ("extended", figures.Extended), ("stopped", figures.Stopped));
        text.Counter("nosnet_deployment_tasks_total", "Tasks of deployments that this server did, and attempts that were refused.", "outcome", ("done", figures.Done), ("refused", figures.Refused));
        text.Gauge("nosnet_deployment_tasks_in_progress", "Tasks of deployments that this server does now.", figures.InProgress);
        text.Summary("nosnet_deployment_task_duration_seconds", "How long tasks of deployments took, until on disk.", figures.Took.TotalSeconds, figures.Done + figures.Refused);
        return Results.Text(text.ToString(), MetricsType, Encoding.UTF8);
    }
}
