using System.Globalization;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/receipts</c> and <c>/blocks</c></summary>
internal static class ReceiptEndpoints
{
    public static async Task<IResult> GetAsync(string tx, HttpContext http, Receipts receipts, CancellationToken cancellation) =>
        !Tx.TryParse(tx, out var parsed)
            ? Answers.Refuse(ErrorCode.ReceiptNotFound, $"'{PathValues.Shown(tx)}' is not a tx; one is 64 bytes in base58, as posting a job answers it.")
            : await receipts.FindAsync(parsed, http.Caller(), cancellation) is { } receipt
                ? Answers.Ok(receipt, ProtocolJson.Default.Receipt)
                : Answers.Refuse(ErrorCode.ReceiptNotFound, $"There is no receipt {PathValues.Shown(tx)} of your account. GET /api/credits/transactions and the events of your jobs tell those there are.");

    public static async Task<IResult> HeadAsync(NetworkEngine engine, Receipts receipts, CancellationToken cancellation) =>
        await engine.Read.LastBlockAsync(cancellation) is { } block
            ? Answers.Ok(BlockText.Head(block, receipts.Network), ProtocolJson.Default.ChainHead)
            : Answers.Refuse(ErrorCode.ReceiptNotFound, "The network has no block yet.");

    public static async Task<IResult> BlocksAsync(HttpContext http, NetworkEngine engine, Receipts receipts, CancellationToken cancellation)
    {
        if (!PathValues.TryLimit(http, out var limit, out var refusal))
            return refusal;
        var from = 1L;
        if (http.Request.Query["from"].ToString() is { Length: > 0 } text && !(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out from) && from >= 1))
            return Answers.Refuse(ErrorCode.InvalidParameter, $"from is the height of a block, a whole number from 1 on, not '{PathValues.Shown(text)}'.");
        var blocks = await engine.Read.BlocksAsync(from, limit, cancellation);
        return Answers.Ok(new BlockPage(receipts.Network, [.. blocks.Select(BlockText.View)]), ProtocolJson.Default.BlockPage);
    }
}
