using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class LogisticsCallsTests
{
    private static readonly RunSettings Settings = new()
    {
        Network = "test",
        Node = NodeAddress.From(Some.Bytes()),
        Limits = new ContainerLimits { MemoryBytes = 1 << 30, NanoCpus = 1_000_000_000 },
        CacheDirectory = "",
    };

    [Fact]
    public async Task An_endpoint_within_the_nodes_own_network_is_never_called()
    {
        using var endpoint = new TcpListener(IPAddress.Loopback, 0);
        endpoint.Start();
        var time = new FakeTimeProvider();
        using var calls = new LogisticsCalls(Settings, time);

        var asked = calls.GetDefinitionAsync($"http://{endpoint.LocalEndpoint}/job", JobAddress.From(Some.Bytes()), TestContext.Current.CancellationToken);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!asked.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        (await Should.ThrowAsync<LogisticsException>(asked)).Message.ShouldNotContain(endpoint.LocalEndpoint.ToString()!, Case.Sensitive, "it is pinned for everybody");
        endpoint.Pending().ShouldBeFalse();
    }
}
