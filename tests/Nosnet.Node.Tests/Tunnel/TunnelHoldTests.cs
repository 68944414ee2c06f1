using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Nosnet.Node.Tests;

public sealed class TunnelHoldTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly HttpClient _server = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    private WebApplication _node = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        _node = builder.Build();
        _node.MapHold(_time);
        await _node.StartAsync(Cancellation);
    }

    [Fact]
    public async Task The_servers_first_request_ends_a_second_after_its_node_begins_to()
    {
        using var answer = await _server.GetAsync(new Uri(_node.Urls.Single()), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancellation);
        var word = body.ReadAsync(new byte[1], Cancellation).AsTask();
        _time.Advance(TimeSpan.FromDays(1));
        word.IsCompleted.ShouldBeFalse();

        var stopping = _node.StopAsync(Cancellation);
        (await word).ShouldBe(1, "it says at once that it goes away");
        var end = body.ReadAsync(new byte[1], Cancellation).AsTask();

        // When the node has got to waiting cannot be seen from here, so its clock goes on until it has waited.
        var step = TimeSpan.FromMilliseconds(100);
        var waited = TimeSpan.Zero;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (; !end.IsCompleted; waited += step)
        {
            _time.Advance(step);
            await pause.WaitForNextTickAsync(Cancellation);
        }

        (await end).ShouldBe(0);
        waited.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        await stopping;
    }

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _node.DisposeAsync();
    }
}
