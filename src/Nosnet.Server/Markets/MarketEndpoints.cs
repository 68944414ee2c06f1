using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/markets</c></summary>
internal static class MarketEndpoints
{
    public static async Task<IResult> ListAsync(MarketViews views, CancellationToken cancellation) =>
        Answers.Ok(await views.AllAsync(cancellation), ProtocolJson.Default.IReadOnlyListMarketView);

    public static async Task<IResult> GetAsync(string market, Names names, MarketViews views, CancellationToken cancellation) =>
        await names.FindMarketAsync(market, cancellation) is { } found ? Answers.Ok(await views.OneAsync(found, cancellation), ProtocolJson.Default.MarketView) : Unknown(market);

    public static async Task<IResult> RequiredResourcesAsync(string market, Names names, CancellationToken cancellation) =>
        await names.FindMarketAsync(market, cancellation) is { } found
            ? Answers.Ok(new RequiredResources { RequiredImages = found.RequiredImages, RequiredRemoteResources = [] }, ProtocolJson.Default.RequiredResources)
            : Unknown(market);

    public static async Task<IResult> OpenAsync(HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.MarketRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        MarketAddress? address = null;
        if (read.Value.Address is { } text)
        {
            if (!MarketAddress.TryParse(text, out var parsed))
                return Answers.Refuse(ErrorCode.InvalidParameter, $"'{PathValues.Shown(text)}' is not a market address; one is 32 bytes in base58. Leave 'address' out to have one made.");
            address = parsed;
        }

        var terms = Terms(read.Value);
        if (terms.IsRefused)
            return Answers.Refuse(terms.Refusal);
        return await http.CarryAsync(engine, new OpenMarket(address, terms.Value), m => MarketViews.Of(m, default), ProtocolJson.Default.MarketView, cancellation);
    }

    public static async Task<IResult> ChangeAsync(string market, HttpContext http, NetworkEngine engine, Names names, MarketViews views, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.MarketRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        if (await names.FindMarketAsync(market, cancellation) is not { } found)
            return Unknown(market);
        if (read.Value.Address is { } address && address != found.Address.ToString())
            return Answers.Refuse(ErrorCode.InvalidParameter, "A market keeps its address. Leave 'address' out.");
        var terms = Terms(read.Value);
        if (terms.IsRefused)
            return Answers.Refuse(terms.Refusal);
        var use = await views.UseAsync(found.Key, cancellation);
        return await http.CarryAsync(engine, new ChangeMarket(found.Address, terms.Value), m => MarketViews.Of(m, use), ProtocolJson.Default.MarketView, cancellation);
    }

    public static async Task<IResult> CloseAsync(string market, HttpContext http, NetworkEngine engine, Names names, MarketViews views, CancellationToken cancellation)
    {
        if (await names.FindMarketAsync(market, cancellation) is not { } found)
            return Unknown(market);
        var use = await views.UseAsync(found.Key, cancellation);
        return await http.CarryAsync(engine, new ChangeMarket(found.Address, new MarketTerms { Open = false }), m => MarketViews.Of(m, use), ProtocolJson.Default.MarketView, cancellation);
    }

    private static IResult Unknown(string market) =>
        Answers.Refuse(ErrorCode.MarketNotFound, $"There is no market '{PathValues.Shown(market)}'. GET /api/markets lists those of this network.");

    private static Outcome<MarketTerms> Terms(MarketRequest request)
    {
        int? basisPoints = null;
        if (request.NetworkFeePercentage is { } percentage)
        {
            if (percentage is < 0 or > 100 || percentage * 100 != decimal.Truncate(percentage * 100))
                return new Refusal(ErrorCode.InvalidParameter, "networkFeePercentage lies between 0 and 100 and has at most two decimals.");
            basisPoints = (int)(percentage * 100);
        }

        return new MarketTerms
        {
            Slug = request.Slug,
            Name = request.Name,
            RewardPerHour = request.UsdRewardPerHour,
            FeeBasisPoints = basisPoints,
            MaxTimeoutSeconds = request.MaxTimeoutSeconds,
            QueueExpirySeconds = request.QueueExpirySeconds,
            GpuTypes = request.GpuTypes,
            RequiredImages = request.RequiredImages,
            Open = request.Open,
        };
    }
}
