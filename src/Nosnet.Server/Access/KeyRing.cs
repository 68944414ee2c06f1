using Microsoft.Extensions.Caching.Memory;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The API keys that were asked for lately, unknown ones included, until any key changes.</summary>
internal sealed class KeyRing : IDisposable
{
    private const int MostKeys = 50_000;

    private readonly NetworkEngine _engine;
    private MemoryCache _recent = NewCache();

    public KeyRing(NetworkEngine engine)
    {
        _engine = engine;
        _engine.Committed += OnCommitted;
        _engine.Missed += Forget;
    }

    public async ValueTask<ApiKey?> FindAsync(string text, CancellationToken cancellation)
    {
        // A look-up that was under way when keys changed ends in the cache of before, which nobody reads any more.
        var recent = Volatile.Read(ref _recent);
        var hash = KeyText.Hash(text);
        if (recent.TryGetValue(hash, out ApiKey? known))
            return known;
        var found = await _engine.Read.ApiKeyAsync(hash, cancellation);
        recent.Set(hash, found, new MemoryCacheEntryOptions { Size = 1 });
        return found;
    }

    /// <summary>Forgets what it knew: a key was made or removed.</summary>
    public void Forget() => Interlocked.Exchange(ref _recent, NewCache());

    public void Dispose()
    {
        _engine.Committed -= OnCommitted;
        _engine.Missed -= Forget;
        _recent.Dispose();
    }

    private static MemoryCache NewCache() => new(new MemoryCacheOptions { SizeLimit = MostKeys });

    private void OnCommitted(Committed committed)
    {
        if (committed.ApiKeysChanged)
            Forget();
    }
}
