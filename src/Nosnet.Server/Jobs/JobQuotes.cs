using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/jobs/quote</c></summary>
internal sealed class JobQuotes(NetworkEngine engine, Names names, Definitions definitions, JobSecrets secrets, JobViews views, ServerOptions options, TimeProvider time)
{
    /// <summary>How many nodes' runs are looked at; where there are more, they are taken to be as busy as these.</summary>
    private const int MostNodesLookedAt = 100;

    public static async Task<IResult> QuoteAsync(HttpContext http, JobQuotes quotes, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.QuoteJobRequest);
        return read.IsRefused ? Answers.Refuse(read.Refusal) : Answers.Ok(await quotes.OfAsync(read.Value, http.Caller(), cancellation), ProtocolJson.Default.JobQuote);
    }

    private async Task<JobQuote> OfAsync(QuoteJobRequest request, Caller caller, CancellationToken cancellation)
    {
        var account = (await engine.Read.AccountAsync(caller.Account, cancellation))!;
        var market = request.Market is { Length: > 0 } named ? await names.FindMarketAsync(named, cancellation) : null;
        var timeout = JobWish.Timeout(request, options.PostTimeoutUnit);
        var quote = new JobQuote
        {
            AvailableUsd = account.Available,
            Market = market?.Address,
            PricePerHourUsd = market?.PricePerHour,
            TimeoutSeconds = timeout.IsRefused ? null : timeout.Value,
            CostUsd = market is not null && !timeout.IsRefused && timeout.Value > 0 && Pricing.TryReservation(market.PricePerHour, timeout.Value, out var cost) ? cost : null,
        };
        var wish = await JobWish.ReadAsync(request, caller.Account, options.PostTimeoutUnit, names, definitions, secrets, cancellation);
        if (wish.IsRefused)
            return quote with { Refusal = ErrorBody.From(wish.Refusal) };

        var quoted = (await engine.ExecuteAsync(new QuoteJob(wish.Value.Post(caller)), cancellation)).Value!;
        quote = quote with { Refusal = quoted.Refusal is { } refusal ? ErrorBody.From(refusal) : null, Node = quoted.TakenBy, Warnings = wish.Value.Warnings };
        return market is null ? quote : await WithNodesAsync(quote, market, wish.Value, cancellation);
    }

    private async Task<JobQuote> WithNodesAsync(JobQuote quote, Market market, JobWish wish, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var fitting = (await views.NodesOfAsync(market.Key, cancellation))
            .Where(n => n.Capacity.Reaches(wish.Requirements) && (wish.Node is null || n.Address == wish.Node)).ToList();
        var (free, freeAt) = (0, new List<DateTimeOffset>());
        var looked = fitting.Take(MostNodesLookedAt).ToList();
        foreach (var node in looked)
        {
            var runs = node.Running == 0 ? [] : await engine.Read.RunningJobsAsync(node.Key, cancellation);
            var isFree = node.IsWaiting && (wish.Requirements?.Gpu is not true || runs.Count(r => r.Requirements?.Gpu is true) < node.Capacity.GpuRuns);
            if (isFree)
                free++;
            freeAt.AddRange(runs.Select(r => r.Deadline ?? now.AddSeconds(r.TimeoutSeconds)));
            freeAt.AddRange(Enumerable.Repeat(now, isFree ? node.Slots - node.Running : 0));
        }

        if (fitting.Count > looked.Count)
            free = (int)((long)free * fitting.Count / looked.Count);
        quote = quote with { FreeNodes = free, FittingNodes = fitting.Count };
        if (quote.Refusal is not null)
            return quote;
        if (quote.Node is not null)
            return quote with { QueuePosition = 0, ExpectedStart = now, ExpectedStartBasis = "A node would take it at once." };

        var position = Math.Min((await engine.Read.MarketLoadAsync(market.Key, cancellation)).Queued + 1, MarketLoad.MostCounted);
        var scaled = fitting.Count == looked.Count ? position : Math.Max(1, (int)((long)position * looked.Count / fitting.Count));
        return quote with
        {
            QueuePosition = position,
            ExpectedStart = StartEstimate.Of(now, scaled, freeAt, TimeSpan.FromSeconds(wish.TimeoutSeconds)),
            ExpectedStartBasis = freeAt.Count == 0
                ? "No live node of this market could run it now."
                : "Every run is taken to last as long as it may, and every job that waits before it as long as this one, so it may well start earlier.",
        };
    }
}
