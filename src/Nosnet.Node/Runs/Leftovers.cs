using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What a node has made in the engine, found again by its labels.</summary>
internal sealed class Leftovers(IContainerEngine engine, Labels node)
{
    private const int Tries = 3;

    // Networks and volumes can go only when no container holds them any more.
    private static readonly EngineObjectKind[] Order = [EngineObjectKind.Container, EngineObjectKind.Network, EngineObjectKind.Volume];

    /// <summary>Removes everything that was made for a run.</summary>
    public async Task RemoveAsync(RunKey run, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                foreach (var kind in Order)
                {
                    var found = await engine.ListAsync(kind, LabelsOf(run), cancellationToken).ConfigureAwait(false);
                    await RemoveAsync(found, cancellationToken).ConfigureAwait(false);
                }
                return;
            }
            catch (EngineException e) when (!e.IsUnreachable && tries < Tries)
            {
                // A container that a killed process had asked for came in between, and holds the network.
            }
        }
    }

    /// <summary>Removes everything that belongs to no living run, and says how much it was.</summary>
    public async Task<int> RemoveAllButAsync(Func<RunKey, bool> lives, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var kind in Order)
        {
            var found = await engine.ListAsync(kind, node, cancellationToken).ConfigureAwait(false);
            EngineObject[] dead = [.. found.Where(item => Key(item.Labels) is not { } run || !lives(run))];
            await RemoveAsync(dead, cancellationToken).ConfigureAwait(false);
            removed += dead.Length;
        }
        return removed;
    }

    /// <summary>The containers of a run that were started, by the indexes of their operations. Those that were not are removed.</summary>
    public async Task<IReadOnlyDictionary<int, ContainerSnapshot>> StartedContainersAsync(RunKey run, CancellationToken cancellationToken)
    {
        var started = new Dictionary<int, ContainerSnapshot>();
        foreach (var item in await engine.ListAsync(EngineObjectKind.Container, LabelsOf(run), cancellationToken).ConfigureAwait(false))
        {
            var container = await engine.InspectContainerAsync(item.Id, cancellationToken).ConfigureAwait(false);
            if (container?.StartedAt is not null
                && int.TryParse(item.Labels[Labels.Index], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                started[index] = container;
            else
                await engine.RemoveAsync(EngineObjectKind.Container, item.Id, cancellationToken).ConfigureAwait(false);
        }
        if (started.Count == 0)
            await RemoveAsync(run, cancellationToken).ConfigureAwait(false);
        return started;
    }

    private Labels LabelsOf(RunKey run) => node
        .With(Labels.Run, run.Run.ToString())
        .With(Labels.Epoch, run.Epoch.ToString(CultureInfo.InvariantCulture));

    private static RunKey? Key(Labels labels) =>
        labels.RunAddress is { } run && int.TryParse(labels[Labels.Epoch], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? new RunKey(run, epoch)
            : null;

    private async Task RemoveAsync(IEnumerable<EngineObject> items, CancellationToken cancellationToken)
    {
        foreach (var item in items)
            await engine.RemoveAsync(item.Kind, item.Id, cancellationToken).ConfigureAwait(false);
    }
}
