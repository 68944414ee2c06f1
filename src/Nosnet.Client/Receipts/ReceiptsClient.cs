using System.Runtime.CompilerServices;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Receipts: what the network signed of each change. Nosnet networks only.</summary>
public sealed class ReceiptsClient
{
    private const int PageSize = 100;

    private readonly Api _api;

    internal ReceiptsClient(Api api) => _api = api;

    /// <summary>The receipt of a change. Its proof is checked by <see cref="Receipt.Verify"/>, which asks nobody.</summary>
    /// <param name="tx">The id of the change, as posting, extending, stopping and the histories tell it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="NosanaNotFoundException">There is none, or it concerns another account.</exception>
    public Task<Receipt> GetAsync(string tx, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tx);
        return _api.Transport.AnswerAsync(_api.Get($"receipts/{tx}"), WireJson.Reading.Receipt, cancellationToken);
    }

    /// <summary>The newest block of the chain. Keep one to be able to show later that the history behind it was changed. Needs no API key.</summary>
    public Task<ChainHead> HeadAsync(CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(_api.Get($"receipts/head"), WireJson.Reading.ChainHead, cancellationToken);

    /// <summary>The whole chain, oldest block first. For the operator.</summary>
    public async IAsyncEnumerable<BlockView> BlocksAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var from = 1L; ;)
        {
            var call = _api.Get($"blocks").With(("from", from), ("limit", PageSize));
            var page = await _api.Transport.AnswerAsync(call, WireJson.Reading.BlockPage, cancellationToken).ConfigureAwait(false);
            foreach (var block in page.Blocks)
                yield return block;
            if (page.Blocks is not [.., var last])
                yield break;
            from = last.Height + 1;
        }
    }

    /// <summary>Writes the whole chain as <see cref="ChainExport"/> has it. For the operator.</summary>
    /// <returns>How many blocks it has.</returns>
    public async Task<long> ExportAsync(Stream to, CancellationToken cancellationToken = default)
    {
        var head = await HeadAsync(cancellationToken).ConfigureAwait(false);
        return await ChainExport.WriteAsync(to, head.Network, BlocksAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
    }
}
