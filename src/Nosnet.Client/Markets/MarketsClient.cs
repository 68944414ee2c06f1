using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Markets: where jobs are posted. Reading them needs no API key.</summary>
public sealed class MarketsClient
{
    private readonly Api _api;

    internal MarketsClient(Api api) => _api = api;

    /// <summary>All markets.</summary>
    public async Task<IReadOnlyList<Market>> ListAsync(CancellationToken cancellationToken = default)
    {
        var call = _api.Get($"markets/");
        var json = await _api.Transport.JsonAsync(call, cancellationToken).ConfigureAwait(false);
        return json.ValueKind == JsonValueKind.Array
            ? [.. json.EnumerateArray().Select(m => Market.Read(new WireObject(m))).OfType<Market>()]
            : throw Answers.Unreadable(call, "it is no list");
    }

    /// <summary>One market.</summary>
    /// <exception cref="NosanaNotFoundException">There is no such market.</exception>
    public Task<Market> GetAsync(MarketId market, CancellationToken cancellationToken = default) =>
        MarketAsync(_api.Get($"markets/{market}/"), cancellationToken);

    /// <summary>What its nodes hold ready, so that a job need not wait for it.</summary>
    /// <exception cref="NosanaNotFoundException">There is no such market.</exception>
    public async Task<RequiredResources> RequiredResourcesAsync(MarketId market, CancellationToken cancellationToken = default)
    {
        var wire = await _api.Transport.ObjectAsync(_api.Get($"markets/{market}/required-resources"), cancellationToken).ConfigureAwait(false);
        return new RequiredResources { RequiredImages = wire.Texts("required_images"), RequiredRemoteResources = wire.Texts("required_remote_resources") };
    }

    /// <summary>Opens a market. For the operator of a Nosnet network.</summary>
    public Task<Market> CreateAsync(MarketSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return MarketAsync(_api.Once(_api.Post($"markets")).With(settings.ToRequest(), WireJson.Writing.MarketRequest), cancellationToken);
    }

    /// <summary>Changes a market. For the operator of a Nosnet network. Jobs already posted keep their price.</summary>
    public Task<Market> UpdateAsync(MarketId market, MarketSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return MarketAsync(_api.Once(_api.Patch($"markets/{market}")).With(settings.ToRequest(), WireJson.Writing.MarketRequest), cancellationToken);
    }

    /// <summary>Closes a market to new jobs; those already posted run on; <see cref="MarketSettings.Open"/> opens it again. For the operator of a Nosnet network.</summary>
    public Task<Market> CloseAsync(MarketId market, CancellationToken cancellationToken = default) =>
        MarketAsync(_api.Once(_api.Delete($"markets/{market}")), cancellationToken);

    private async Task<Market> MarketAsync(Call call, CancellationToken cancellation) =>
        Market.Read(await _api.Transport.ObjectAsync(call, cancellation).ConfigureAwait(false))
            ?? throw Answers.Unreadable(call, "the market has no address");
}
