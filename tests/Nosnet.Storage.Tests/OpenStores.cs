using Nosnet.Engine;

namespace Nosnet.Storage.Tests;

/// <summary>The stores of a network, all open.</summary>
internal sealed class OpenStores(INetworkStores stores) : IDisposable
{
    public ILaneStore Lane { get; } = stores.TryOpenLane() ?? throw new InvalidOperationException("Somebody else writes.");
    public IReadStore Read => stores.Read;
    public IContentStore Content => stores.Content;
    public ISecretStore Secrets => stores.Secrets;
    public IWebhookStore Webhooks => stores.Webhooks;

    public void Write(Action<ChangedRows> fill)
    {
        var rows = new ChangedRows();
        fill(rows);
        Lane.Begin();
        Lane.Write(rows);
        Lane.Commit();
    }

    public void Dispose()
    {
        Secrets.Dispose();
        Webhooks.Dispose();
        Content.Dispose();
        Read.Dispose();
        Lane.Dispose();
        (stores as IDisposable)?.Dispose();
    }
}
