using Nosnet.Client;

namespace Nosnet.Cli;

/// <summary>The market of a job: the one that was named, or the only one there is.</summary>
internal static class MarketChoice
{
    public static async Task<MarketId> MakeAsync(NosanaClient client, string? named, CancellationToken cancellation)
    {
        if (named is not null)
            return string.IsNullOrWhiteSpace(named) || named.Length > 100 ? throw new UsageException("--market takes a market's address or short name.") : new MarketId(named);
        var open = (await client.Markets.ListAsync(cancellation)).Where(m => m.Open).ToList();
        return open switch
        {
            [var only] => only.Address,
            [] => throw new UsageException("The network has no market that takes jobs; its operator opens one with nosnet market create."),
            _ => throw new UsageException("Which market? Name one with --market:", [.. open.Take(50).Select(m => $"{m.Slug}  {m.PricePerHour?.ToString() ?? "?"}/h  {m.Address}")]),
        };
    }
}
