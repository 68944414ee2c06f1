using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>
/// The images of the engine. What was there once is not asked for again, until a container cannot be made of it; but an image that came with
/// a login is used only by jobs to which its registry gives it, whoever had it pulled. Those that the node itself has pulled it removes
/// again, longest unused first, when together they take more room than they may; no other, and none that is in use.
/// </summary>
internal sealed class ImageStore : IDisposable
{
    // Of what the disk has left: resources may have half of it, and containers write too.
    private const int Share = 4;

    private readonly IContainerEngine _engine;
    private readonly ImageLedger _ledger;
    private readonly PrivateImages _privates;
    private readonly long _bound;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Entitlement, bool> _present = new();
    private readonly ConcurrentDictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _trimming = new(1);
    private volatile HashSet<string> _required = [];

    /// <param name="engine">The container engine.</param>
    /// <param name="directory">Where it is written down which images the node has pulled.</param>
    /// <param name="bound">How many bytes these may take; null: a quarter of what the disk has left beside them.</param>
    /// <param name="time">The clock.</param>
    public ImageStore(IContainerEngine engine, string directory, long? bound, TimeProvider time)
    {
        (_engine, _time) = (engine, time);
        _ledger = new ImageLedger(Path.Combine(directory, "images.json"));
        _privates = PrivateImages.Open(directory);
        _bound = bound ?? (new DriveInfo(directory).AvailableFreeSpace + _ledger.Items.Sum(item => item.Bytes)) / Share;
    }

    /// <summary>Sees to it that an image is there; <paramref name="progress"/> hears of the pull, if there is one.</summary>
    /// <exception cref="EngineException">It cannot be pulled; the message has the registry's words.</exception>
    public async Task EnsureAsync(string image, RegistryLogin? login, IProgress<PullStep> progress, CancellationToken cancellationToken)
    {
        var name = ImageReference.WithTag(image);
        var entitlement = new Entitlement(name, Proof(login));
        if (!_present.ContainsKey(entitlement))
        {
            var found = await _engine.FindImageAsync(image, cancellationToken).ConfigureAwait(false);
            // To ask the registry again is how a job shows that it may have what is there; layers that are there do not come again.
            if (found is null || _privates.Contains(name) || _privates.Contains(found.Id))
                await PullAsync(image, name, login, progress, cancellationToken).ConfigureAwait(false);
        }
        _present[entitlement] = true;
        _ledger.Touch(image, _time.GetUtcNow());
    }

    /// <summary>Keeps an image from being removed until it is released as often.</summary>
    public void Hold(string image) => _held.AddOrUpdate(image, 1, static (_, count) => count + 1);

    public void Release(string image) => _held.AddOrUpdate(image, 0, static (_, count) => count - 1);

    /// <summary>Says which images stay whether they are used or not.</summary>
    public void Require(IEnumerable<string> images) => _required = images.ToHashSet(StringComparer.Ordinal);

    /// <summary>An image was found to be gone after all.</summary>
    public void Forget(string image)
    {
        foreach (var entitlement in _present.Keys.Where(known => known.Image == ImageReference.WithTag(image)))
            _present.TryRemove(entitlement, out _);
    }

    /// <summary>Removes what is too much. What a container uses stays, and is looked at again the next time.</summary>
    public async Task TrimAsync(CancellationToken cancellationToken)
    {
        await _trimming.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var items = _ledger.Items;
            foreach (var item in CacheEviction.AsFarAsPossible(items, IsInUse, items.Sum(item => item.Bytes) - _bound))
            {
                Forget(item.Id);
                if (await _engine.RemoveImageAsync(item.Id, cancellationToken).ConfigureAwait(false))
                    _ledger.Remove(item.Id);
            }
        }
        finally
        {
            _trimming.Release();
        }
    }

    public void Dispose() => _trimming.Dispose();

    private bool IsInUse(CachedItem item) => _required.Contains(item.Id) || _held.GetValueOrDefault(item.Id) > 0;

    private async Task PullAsync(string image, string name, RegistryLogin? login, IProgress<PullStep> progress, CancellationToken cancellationToken)
    {
        // Before it comes, so that a crash in between leaves it closed; by its id too, by which it could be had otherwise.
        if (login is not null)
            _privates.Add(name);
        await _engine.PullImageAsync(image, login, progress, cancellationToken).ConfigureAwait(false);
        var pulled = await _engine.FindImageAsync(image, cancellationToken).ConfigureAwait(false);
        if (login is null)
            _privates.Remove(name, pulled?.Id);
        else if (pulled is not null)
            _privates.Add(pulled.Id);
        _ledger.Add(new CachedItem(image, pulled?.Bytes ?? 0, _time.GetUtcNow()));
        await TrimAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Proof(RegistryLogin? login) => login is null
        ? ""
        : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{login.Server}\0{login.Username}\0{login.Password}")));

    private sealed record Entitlement(string Image, string Proof);
}
