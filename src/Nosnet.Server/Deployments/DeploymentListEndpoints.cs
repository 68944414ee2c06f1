using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What belongs to one deployment, in pages.</summary>
internal static class DeploymentListEndpoints
{
    public static async Task<IResult> JobsAsync(string deployment, HttpContext http, NetworkEngine engine, DeploymentViews views, CancellationToken cancellation)
    {
        var filter = DeploymentQueries.Jobs(http.Request.Query, engine.Addresses);
        var (found, page, refusal) = await AskedAsync(deployment, filter.Refusal, http, engine, cancellation);
        if (found is null)
            return refusal!;
        var (rows, pagination) = page.Of(await engine.Read.JobsAsync(found.Key, filter.Value!, page.Stretch, cancellation), j => j.Key, engine.Addresses);
        var shown = new List<DeploymentJobView>(rows.Count);
        foreach (var row in rows)
            shown.Add(await views.JobAsync(row, found.Address, cancellation));
        return Answers.Ok(new DeploymentJobPage(shown, pagination), ProtocolJson.Default.DeploymentJobPage);
    }

    public static async Task<IResult> RevisionsAsync(string deployment, HttpContext http, NetworkEngine engine, RevisionLists lists, CancellationToken cancellation)
    {
        var filter = DeploymentQueries.Revisions(http.Request.Query);
        var (found, page, refusal) = await AskedAsync(deployment, filter.Refusal, http, engine, cancellation);
        return found is null ? refusal! : Answers.Ok(await lists.PageAsync(found, filter.Value!, page, cancellation), ProtocolJson.Default.DeploymentRevisionPage);
    }

    public static async Task<IResult> EventsAsync(string deployment, HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        var filter = DeploymentQueries.Events(http.Request.Query);
        var (found, page, refusal) = await AskedAsync(deployment, filter.Refusal, http, engine, cancellation);
        if (found is null)
            return refusal!;
        var (rows, pagination) = page.Of(await engine.Read.EventsAsync(found.Key, filter.Value!, page.Stretch, cancellation), e => e.Key, engine.Addresses);
        return Answers.Ok(new DeploymentEventPage([.. rows.Select(e => DeploymentViews.Event(e, found.Address))], pagination), ProtocolJson.Default.DeploymentEventPage);
    }

    public static async Task<IResult> TasksAsync(string deployment, HttpContext http, NetworkEngine engine, DeploymentViews views, CancellationToken cancellation)
    {
        var filter = DeploymentQueries.Tasks(http.Request.Query);
        var (found, page, refusal) = await AskedAsync(deployment, filter.Refusal, http, engine, cancellation);
        if (found is null)
            return refusal!;
        var (rows, pagination) = page.Of(await engine.Read.TasksAsync(found.Key, filter.Value!, page.Stretch, cancellation), t => t.Key, engine.Addresses);
        return Answers.Ok(new DeploymentTaskPage([.. rows.Select(t => views.Task(t, found.Address))], pagination), ProtocolJson.Default.DeploymentTaskPage);
    }

    private static async ValueTask<(Deployment? Deployment, PageQuery Page, IResult? Refusal)> AskedAsync(
        string deployment, Refusal? filter, HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        var (found, missing) = await DeploymentEndpoints.FindAsync(deployment, http, engine, cancellation);
        if (found is null)
            return (null, default, missing);
        if (!PageQuery.TryRead(http, engine.Addresses, out var page, out var refusal) || (refusal = filter) is not null)
            return (null, default, Answers.Refuse(refusal));
        return (found, page, null);
    }
}
