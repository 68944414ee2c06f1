using System.Collections.Concurrent;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The API keys that were asked for lately, unknown ones included, until any key changes.</summary>
internal sealed class KeyRing : IDisposable
{
    private const int MostKeys = 50_000;

    private readonly NetworkEngine _engine;
    private ConcurrentDictionary<Bytes32, ApiKey?> _recent = new();

    public KeyRing(NetworkEngine engine)
    {
        _engine = engine;
        _engine.Committed += OnCommitted;
        _engine.Missed += Forget;
    }

    public async ValueTask<ApiKey?> FindAsync(string text, CancellationToken cancellation)
    {
        // A look-up that was under way when keys changed ends in the dictionary of before, which nobody reads any more.
        var recent = Volatile.Read(ref _recent);
        var hash = KeyText.Hash(text);
        if (recent.TryGetValue(hash, out var known))
            return known;
        var found = await _engine.Read.ApiKeyAsync(hash, cancellation);
        if (recent.Count >= MostKeys)
            recent.Clear();
        recent[hash] = found;
        return found;
    }

    /// <summary>Forgets what it knew: a key was made or removed.</summary>
    public void Forget() => Volatile.Write(ref _recent, new ConcurrentDictionary<Bytes32, ApiKey?>());

    public void Dispose()
    {
        _engine.Committed -= OnCommitted;
        _engine.Missed -= Forget;
    }

    private void OnCommitted(Committed committed)
    {
        if (committed.ApiKeysChanged)
            Forget();
    }
}
