using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Nosnet.Server.Tests;

/// <summary>What a service on paper does instead of answering.</summary>
public enum PaperFault
{
    /// <summary>Closes the connection.</summary>
    Close,

    /// <summary>Breaks it.</summary>
    Reset,

    /// <summary>Says what is not HTTP.</summary>
    Noise,

    /// <summary>Has no say: its node fails while it opens the stream.</summary>
    Unopened,
}

/// <summary>The services of all runs on paper: a real HTTP/1.1 server on streams that are handed to it, which tells what it was asked and as whom.</summary>
internal sealed class PaperServices : IConnectionListenerFactory, IConnectionListener
{
    private const string Target = "target";

    private readonly Channel<ConnectionContext> _connections = Channel.CreateUnbounded<ConnectionContext>();
    private WebApplication _app = null!;

    /// <summary>By run.</summary>
    public ConcurrentDictionary<string, PaperFault> Faults { get; } = [];

    public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 2);

    public static async Task<PaperServices> StartAsync()
    {
        var self = new PaperServices();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Listen(new IPEndPoint(IPAddress.Loopback, 0), l => l.Protocols = HttpProtocols.Http1);
            k.Limits.MinRequestBodyDataRate = null;
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(self);
        self._app = builder.Build();
        self._app.Run(AnswerAsync);
        await self._app.StartAsync(TestNetwork.Cancellation);
        return self;
    }

    /// <summary>Serves one connection to its end.</summary>
    /// <returns>Whether and how it ended other than services do.</returns>
    public async Task<PaperFault?> ServeAsync(Stream stream, string target)
    {
        if (Faults.TryGetValue(target.Split('/')[0], out var fault))
        {
            await stream.ReadExactlyAsync(new byte[1], TestNetwork.Cancellation);
            if (fault is PaperFault.Noise)
                await stream.WriteAsync("what is this?\r\n\r\n"u8.ToArray(), TestNetwork.Cancellation);
            return fault;
        }

        await using var connection = new Connection(stream) { Items = { [Target] = target } };
        _connections.Writer.TryWrite(connection);
        await connection.Over;
        return null;
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => ValueTask.FromResult<IConnectionListener>(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _connections.Reader.WaitToReadAsync(cancellationToken) ? await _connections.Reader.ReadAsync(cancellationToken) : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _connections.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;

    private static async Task AnswerAsync(HttpContext http)
    {
        // So that what a test says of a run holds for its next request.
        http.Response.Headers.Connection = "close";
        if (http.Request.Path == "/empty-404")
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        using var body = new StreamReader(http.Request.Body);
        var sent = await body.ReadToEndAsync(http.RequestAborted);
        await http.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            body = sent,
            service = http.Features.GetRequiredFeature<IConnectionItemsFeature>().Items[Target],
            target = http.Features.Get<IHttpRequestFeature>()!.RawTarget,
            host = http.Request.Host.Value,
            headers = http.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()),
        }));
    }

    private sealed class Connection : DefaultConnectionContext
    {
        private readonly CancellationTokenSource _closed = new();
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Connection(Stream stream)
            : base(Guid.NewGuid().ToString("N"))
        {
            Transport = new Duplex(PipeReader.Create(stream), PipeWriter.Create(stream));
            ConnectionClosed = _closed.Token;
        }

        public Task Over => _over.Task;

        public override void Abort(ConnectionAbortedException abortReason)
        {
            _closed.Cancel();
            _over.TrySetResult();
        }

        public override ValueTask DisposeAsync()
        {
            _over.TrySetResult();
            return base.DisposeAsync();
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
