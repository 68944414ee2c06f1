using Microsoft.Extensions.Hosting;

namespace Nosnet.Server;

/// <summary>Leaves signals to whoever runs the server: one process may run several, and a node beside them.</summary>
internal sealed class CallersLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
