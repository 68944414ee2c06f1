using System.Net;
using System.Text;

namespace Nosnet.Server.Tests;

/// <summary>A body whose end does not come before it is told to.</summary>
internal sealed class HeldContent(string text) : HttpContent
{
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is being sent.</summary>
    public Task Began => _began.Task;

    public void End() => _end.SetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), TestNetwork.Cancellation);
        await stream.FlushAsync(TestNetwork.Cancellation);
        _began.TrySetResult();
        await _end.Task.WaitAsync(TestNetwork.Cancellation);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
