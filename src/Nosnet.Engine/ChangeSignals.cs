using System.Threading.Channels;

namespace Nosnet.Engine;

/// <summary>Wakes those who wait for a row to change. A signal carries nothing: who is woken reads anew.</summary>
public sealed class ChangeSignals
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, List<Subscription>> _subscriptions = [];

    public Subscription Subscribe(long key)
    {
        var subscription = new Subscription(this, key);
        lock (_lock)
        {
            if (!_subscriptions.TryGetValue(key, out var others))
                _subscriptions.Add(key, others = []);
            others.Add(subscription);
        }

        return subscription;
    }

    internal void Notify(IEnumerable<long> keys)
    {
        lock (_lock)
        {
            if (_subscriptions.Count == 0)
                return;
            foreach (var key in keys)
                if (_subscriptions.TryGetValue(key, out var subscriptions))
                    subscriptions.ForEach(static s => s.Wake());
        }
    }

    internal void NotifyAll()
    {
        lock (_lock)
        {
            foreach (var subscriptions in _subscriptions.Values)
                subscriptions.ForEach(static s => s.Wake());
        }
    }

    private void Remove(Subscription subscription, long key)
    {
        lock (_lock)
        {
            if (_subscriptions.TryGetValue(key, out var subscriptions) && subscriptions.Remove(subscription) && subscriptions.Count == 0)
                _subscriptions.Remove(key);
        }
    }

    /// <summary>One who waits. Changes while it does not are kept as one.</summary>
    public sealed class Subscription : IDisposable
    {
        private readonly ChangeSignals _signals;
        private readonly long _key;
        private readonly Channel<bool> _woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        internal Subscription(ChangeSignals signals, long key) => (_signals, _key) = (signals, key);

        /// <summary>Completes at the next change since the last call.</summary>
        public async Task WaitAsync(CancellationToken cancellation) => await _woken.Reader.ReadAsync(cancellation).ConfigureAwait(false);

        internal void Wake() => _woken.Writer.TryWrite(true);

        public void Dispose() => _signals.Remove(this, _key);
    }
}
