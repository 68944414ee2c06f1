using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>A chain in a file: lines of JSON, the first naming the network's key, each further one a <see cref="BlockView"/>.</summary>
public static class ChainExport
{
    /// <summary>Writes a chain, oldest block first.</summary>
    /// <returns>How many blocks it has.</returns>
    public static async Task<long> WriteAsync(Stream to, AccountAddress network, IAsyncEnumerable<BlockView> blocks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(blocks);
        var count = 0L;
        await JsonSerializer.SerializeAsync(to, new ChainExportStart(network), ProtocolJson.Default.ChainExportStart, cancellationToken).ConfigureAwait(false);
        await foreach (var block in blocks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            to.WriteByte((byte)'\n');
            await JsonSerializer.SerializeAsync(to, block, ProtocolJson.Default.BlockView, cancellationToken).ConfigureAwait(false);
            count++;
        }

        to.WriteByte((byte)'\n');
        return count;
    }

    /// <summary>Audits a chain, asking nobody.</summary>
    /// <param name="export">What <see cref="WriteAsync"/> wrote.</param>
    /// <param name="network">The network's key, where it is known; the one that the export names otherwise.</param>
    /// <param name="cancellationToken">Leaves off.</param>
    /// <exception cref="InvalidDataException">Something is not right; the message is a sentence that names the block.</exception>
    public static async Task<ChainAudit> AuditAsync(Stream export, AccountAddress? network = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(export);
        using var lines = new StreamReader(export, Encoding.UTF8, leaveOpen: true);
        var start = await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        var named = Read(start, ProtocolJson.Default.ChainExportStart, 1).Network;
        if (network is { } known && known != named)
            throw new InvalidDataException($"The export is of the network {named}, not of {known}.");
        var audit = new ChainAudit(named);
        for (var number = 2; await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line; number++)
        {
            var view = Read(line, ProtocolJson.Default.BlockView, number);
            if (!BlockText.TryRead(view, view.Entries, out var block))
                throw new InvalidDataException($"The header of block {audit.Height + 1} is none, or its hash is another.");
            if (!audit.Add(block, out var fault))
                throw new InvalidDataException(fault);
        }

        return audit;
    }

    private static T Read<T>(string? line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, int number)
        where T : class
    {
        try
        {
            return (line is null ? null : JsonSerializer.Deserialize(line, type)) ?? throw new JsonException("It is empty.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Line {number} of the export cannot be read. It is none that nosnet wrote, or was changed."), e);
        }
    }
}

/// <summary>The first line of an export.</summary>
/// <param name="Network">The network's key.</param>
public sealed record ChainExportStart(AccountAddress Network);
