using System.Collections.Concurrent;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The images of the engine. What was there once is not asked for again, until a container cannot be made of it.</summary>
internal sealed class ImageStore(IContainerEngine engine)
{
    private readonly ConcurrentDictionary<string, bool> _present = new(StringComparer.Ordinal);

    /// <summary>Sees to it that an image is there; <paramref name="progress"/> hears of the pull, if there is one.</summary>
    /// <exception cref="EngineException">It cannot be pulled; the message has the registry's words.</exception>
    public async Task EnsureAsync(string image, RegistryLogin? login, IProgress<PullStep> progress, CancellationToken cancellationToken)
    {
        if (_present.ContainsKey(image))
            return;
        if (!await engine.HasImageAsync(image, cancellationToken).ConfigureAwait(false))
            await engine.PullImageAsync(image, login, progress, cancellationToken).ConfigureAwait(false);
        _present[image] = true;
    }

    /// <summary>An image was found to be gone after all.</summary>
    public void Forget(string image) => _present.TryRemove(image, out _);
}
