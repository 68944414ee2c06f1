using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class ConfidentialRoutesTests(PodmanFixture podman) : IAsyncLifetime
{
    private readonly RunSettings _settings = RunScene.NewSettings();
    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-confidential-").FullName;
    private readonly RunNetwork _network = new();
    private readonly HttpClient _server = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    private RunKeeper _runs = null!;
    private WebApplication _node = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _runs = new RunKeeper(podman.Engine, _settings, _directory, _network, TimeProvider.System, NullLogger<RunKeeper>.Instance);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            // As the tunnel has it.
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2);
            k.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddRoutingCore();
        _node = builder.Build();
        _node.UseRouting();
        _node.MapConfidential(_runs);
        await _node.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _runs.AbandonAllAsync();
        await _runs.DisposeAsync();
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
        Directory.Delete(_settings.CacheDirectory, recursive: true);
    }

    [Fact]
    public async Task A_definition_for_a_run_that_waits_for_none_is_not_read()
    {
        using var body = new EndlessContent();
        (await PutAsync(RunAddress.From(Some.Bytes()), body)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_definition_that_is_larger_than_any_may_be_is_not_taken_and_the_run_waits_on()
    {
        var run = await WaitingAsync();
        using var body = new ByteArrayContent(new byte[DefinitionLimits.Bytes + 1]);

        (await PutAsync(run, body)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        _runs.FindConfidential(run)!.IsWaiting.ShouldBeTrue();
    }

    private async Task<RunAddress> WaitingAsync()
    {
        var assignment = _network.Post("""{"version":"0.1","type":"container","ops":[],"logistics":{"send":{"type":"api-listen","args":{}},"receive":{"type":"api-listen","args":{}}}}"""u8.ToArray());
        _runs.Take(assignment);
        await RunScene.UntilAsync(() => _runs.FindConfidential(assignment.Run) is { IsWaiting: true });
        return assignment.Run;
    }

    private async Task<HttpStatusCode> PutAsync(RunAddress run, HttpContent body)
    {
        using var answer = await _server.PutAsync(new Uri($"{_node.Urls.Single()}/runs/{run}/definition"), body, Cancellation);
        return answer.StatusCode;
    }

    /// <summary>A body that begins and does not end.</summary>
    private sealed class EndlessContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, Cancellation);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[1024], cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
