using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
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

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_result_that_is_sent_on_has_not_been_delivered_and_is_not_repeated(int status)
    {
        HostileStore? endpoint = null;
        await using var _ = endpoint = await HostileStore.NewAsync((context, _) =>
        {
            context.Response.Headers.Location = $"{endpoint!.Other}moved";
            return Results.StatusCode(context.Request.Path == "/result" ? status : 200);
        });
        using var calls = new LogisticsCalls(Settings with { Server = endpoint.Url, Resources = new ResourceOptions { AllowedHosts = [endpoint.Other.Authority] } }, new FakeTimeProvider());
        var refusal = await Should.ThrowAsync<LogisticsException>(
            () => calls.DeliverAsync($"{endpoint.Url}result", JobAddress.From(Some.Bytes()), "{}"u8.ToArray(), TestContext.Current.CancellationToken));
        refusal.Message.ShouldContain("Name that address itself");
        refusal.Message.ShouldNotContain("127.0.0.1", Case.Sensitive, "it is pinned for everybody");
        endpoint.Requests.ShouldBe(["POST /result"]);
    }
}
