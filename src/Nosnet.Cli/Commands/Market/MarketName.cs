using Nosnet.Client;

namespace Nosnet.Cli;

/// <summary>A market as people know it.</summary>
internal static class MarketName
{
    /// <summary>Its short name and its address; the address alone where the network does not tell more, which is no reason to show nothing.</summary>
    public static async Task<string?> OfAsync(NosanaClient client, string? address, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(address))
            return null;
        try
        {
            return (await client.Markets.GetAsync(new MarketId(address), cancellation)).Slug is var name && name != address ? $"{name} ({address})" : address;
        }
        catch (NosanaException)
        {
            return address;
        }
    }
}
