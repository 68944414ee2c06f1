using System.Runtime.InteropServices;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// Revisions as they are shown, with their definitions, which are small as a rule and may be very large: so no more are read and shown at once than
/// are of a fair size together.
/// </summary>
internal sealed class RevisionLists(NetworkEngine engine, DeploymentViews views)
{
    private const int RowsAtOnce = 10;

    // What is answered to a new revision may be kept for a while, and is made on the lane's thread.
    private const int MostShownWithNew = 100;
    private const int MostBytesWithNew = 64 * 1024;

    private const int MostBytesOfPage = 4 * 1024 * 1024;

    /// <summary>The newest revisions, oldest first, as many as are shown with one that is new.</summary>
    public async Task<IReadOnlyList<DeploymentRevisionView>> NewestAsync(Deployment deployment, CancellationToken cancellation)
    {
        var stretch = new Stretch(null, IsDescending: true, MostShownWithNew, IsCounted: false);
        var (listing, fit) = await ReadAsync(deployment, new DeploymentRevisionFilter(), stretch, MostBytesWithNew, cancellation);
        return [.. listing.Rows.Take(fit).Select(static r => r.View).Reverse()];
    }

    /// <summary>A page; where fewer than are asked for are of a fair size together, it ends before them, and the next one begins there.</summary>
    public async Task<DeploymentRevisionPage> PageAsync(Deployment deployment, DeploymentRevisionFilter filter, PageQuery page, CancellationToken cancellation)
    {
        var (listing, fit) = await ReadAsync(deployment, filter, page.Stretch, MostBytesOfPage, cancellation);
        var (rows, pagination) = (page with { Limit = Math.Clamp(fit, 1, page.Limit) }).Of(listing, static r => r.Key, engine.Addresses);
        return new DeploymentRevisionPage([.. rows.Select(static r => r.View)], pagination);
    }

    /// <summary>Reads a stretch, up to the first row that is too much. How many fit is how many there are before that one.</summary>
    private async Task<(Listing<(long Key, DeploymentRevisionView View)> Listing, int Fit)> ReadAsync(
        Deployment deployment, DeploymentRevisionFilter filter, Stretch stretch, int mostBytes, CancellationToken cancellation)
    {
        var rows = new List<(long Key, DeploymentRevisionView View)>();
        var (total, bytes) = (0L, 0L);
        var next = stretch with { Limit = Math.Min(RowsAtOnce, stretch.Limit) };
        while (next.Limit > 0)
        {
            var read = await engine.Read.RevisionsAsync(deployment.Key, filter, next, cancellation);
            total = Math.Max(total, read.Total);
            foreach (var row in read.Rows)
            {
                var view = await views.RevisionAsync(row, deployment.Address, cancellation);
                rows.Add((row.Key, view));
                bytes += BytesOf(view.JobDefinition);
                if (bytes > mostBytes)
                    return (new(rows, total), rows.Count - 1);
            }

            if (read.Rows.Count < next.Limit)
                break;
            next = next with { Beyond = rows[^1].Key, Limit = Math.Min(RowsAtOnce, stretch.Limit - rows.Count), IsCounted = false };
        }

        return (new(rows, total), rows.Count);
    }

    private static int BytesOf(JsonElement definition) => definition.ValueKind is JsonValueKind.Undefined ? 0 : JsonMarshal.GetRawUtf8Value(definition).Length;
}
