using System.Text;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What a request to post asks for, read and looked up.</summary>
internal sealed record JobWish(
    MarketAddress Market, Cid Definition, long TimeoutSeconds, NodeAddress? Node, JobRequirements? Requirements, IReadOnlyList<string>? Warnings)
{
    private const long DefaultTimeoutSeconds = 3_600;
    private const long SecondsPerMinute = 60;

    public static async ValueTask<Outcome<JobWish>> ReadAsync(
        PostJobRequest request, long account, TimeoutUnit unit, Names names, Definitions definitions, JobSecrets secrets, CancellationToken cancellation)
    {
        var inline = (request as QuoteJobRequest)?.Definition;
        if (inline is not null && !string.IsNullOrEmpty(request.IpfsHash))
            return new Refusal(ErrorCode.InvalidParameter, "Send 'ipfsHash' or 'definition', not both.");
        if (inline is null && string.IsNullOrEmpty(request.IpfsHash))
            return new Refusal(ErrorCode.InvalidParameter, "'ipfsHash' is missing: the CID of the pinned job definition, such as POST /pinning/pinJSONToIPFS answers it.");
        if (string.IsNullOrEmpty(request.Market))
            return new Refusal(ErrorCode.InvalidParameter, "'market' is missing: the address or slug of a market. GET /api/markets lists them.");
        if (!TryContent(request.IpfsHash, inline, out var cid, out var bytes))
            return new Refusal(ErrorCode.InvalidParameter, $"ipfsHash: '{PathValues.Shown(request.IpfsHash!)}' is not a CIDv0; one starts with Qm and has 46 characters.");
        var timeout = Timeout(request, unit);
        if (timeout.IsRefused)
            return timeout.Refusal;

        NodeAddress? node = null;
        if (!string.IsNullOrEmpty(request.Node))
        {
            if (!NodeAddress.TryParse(request.Node, out var parsed))
                return new Refusal(ErrorCode.UnknownNode, $"'{PathValues.Shown(request.Node)}' is not a node address; one is 32 bytes in base58. Leave 'node' out to take any node of the market.");
            node = parsed;
        }

        if (!MarketAddress.TryParse(request.Market, out var market))
        {
            if (await names.FindMarketAsync(request.Market, cancellation) is not { } found)
                return new Refusal(ErrorCode.UnknownMarket, $"There is no market '{PathValues.Shown(request.Market)}'. GET /api/markets lists those of this network.");
            market = found.Address;
        }

        var definition = bytes is null ? await definitions.FindAsync(cid, cancellation) : Definitions.Read(cid, bytes);
        if (definition.IsRefused)
            return definition.Refusal;
        return await secrets.CheckAsync(account, definition.Value.Secrets, cancellation) is { } refusal
            ? refusal
            : new JobWish(market, cid, timeout.Value, node, definition.Value.Requirements, definition.Value.Warnings);
    }

    /// <summary>The command that posts it.</summary>
    public PostJob Post(Caller caller) => new(caller.Account, Market, Definition, TimeoutSeconds, Node) { Requirements = Requirements, Budget = caller.Budget };

    /// <summary>By how many seconds to extend.</summary>
    public static Outcome<long> Extension(ExtendJobRequest request) => (request.Seconds, request.Timeout) switch
    {
        (null, null) => new Refusal(ErrorCode.InvalidParameter, "'seconds' is missing: by how many seconds the job is to run longer, such as {\"seconds\": 900}. ('timeout', in minutes, is taken too.)"),
        ({ } seconds, null) => seconds,
        (null, { } minutes) => Minutes(minutes, "timeout"),
        _ => new Refusal(ErrorCode.InvalidParameter, "'seconds' and 'timeout' (in minutes) are both there. Send one of them."),
    };

    /// <summary>How many seconds it may run.</summary>
    public static Outcome<long> Timeout(PostJobRequest request, TimeoutUnit unit)
    {
        var given = new[] { request.Timeout, request.TimeoutMinutes, request.TimeoutSeconds }.Count(t => t is not null);
        if (given > 1)
            return new Refusal(ErrorCode.InvalidParameter, "Send only one of 'timeout', 'timeoutSeconds' and 'timeoutMinutes'.");
        if (request.TimeoutSeconds is { } seconds)
            return seconds;
        if (request.TimeoutMinutes is { } minutes)
            return Minutes(minutes, "timeoutMinutes");
        return request.Timeout is not { } timeout ? DefaultTimeoutSeconds
            : unit is TimeoutUnit.Seconds ? timeout
            : Minutes(timeout, "timeout");
    }

    /// <summary>What a definition is called and, where it was sent itself, its bytes.</summary>
    private static bool TryContent(string? hash, JsonElement? inline, out Cid cid, out byte[]? bytes)
    {
        bytes = inline is { } json ? Encoding.UTF8.GetBytes(json.GetRawText()) : null;
        if (bytes is null)
            return Cid.TryParse(hash, out cid);
        cid = UnixFsImporter.CidOf(bytes);
        return true;
    }

    private static Outcome<long> Minutes(long minutes, string name) =>
        minutes is > long.MaxValue / SecondsPerMinute or < long.MinValue / SecondsPerMinute
            ? new Refusal(ErrorCode.InvalidTimeout, $"{name}: {minutes} minutes are out of range.")
            : minutes * SecondsPerMinute;
}
