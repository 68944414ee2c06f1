namespace Nosnet.Server;

/// <summary>The stream of a tunnel, which tells when whoever uses it has let go of it.</summary>
internal sealed class TunnelStream(Stream inner) : AsyncStream(inner)
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Closed => _closed.Task;

    protected override void Dispose(bool disposing)
    {
        _closed.TrySetResult();
        base.Dispose(disposing);
    }

    public override ValueTask DisposeAsync()
    {
        _closed.TrySetResult();
        return base.DisposeAsync();
    }
}
