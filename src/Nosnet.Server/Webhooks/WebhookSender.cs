using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// Sends messages to URLs of strangers: to public addresses alone, checked where the connection is made, and to what the operator allows; no
/// redirect is followed, no cookie kept, nothing of the answer but its status read.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    public const int LongestUrl = 2_000;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookUpTime = TimeSpan.FromSeconds(5);

    private readonly OutboundRules _rules;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public WebhookSender(ServerOptions options, TimeProvider time)
    {
        _rules = new OutboundRules([], options.AllowedWebhookHosts);
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 16 * 1024,
            ConnectTimeout = LookUpTime,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Why a webhook may not have this URL; null where it may.</summary>
    public async ValueTask<Refusal?> CheckAsync(string? text, CancellationToken cancellation)
    {
        if (text is null or { Length: > LongestUrl } || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return new Refusal(ErrorCode.WebhookUrlRefused, $"'url' is an absolute http or https URL of {LongestUrl} characters at most, without a name, a password or a fragment in it.");
        using var limit = new CancellationTokenSource(LookUpTime, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(url.IdnHost, either.Token);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new Refusal(ErrorCode.WebhookUrlRefused, $"The host {PathValues.Shown(url.IdnHost)} of 'url' cannot be found. Check the name, and try again.");
        }

        return Array.Find(addresses, a => !_rules.MayConnect(url.IdnHost, url.Port, a)) is { } wrong ? new Refusal(ErrorCode.WebhookUrlRefused, NotPublic(url.IdnHost, wrong)) : null;
    }

    /// <summary>Sends a message once.</summary>
    /// <returns>The status of the answer, where there was one, and what was wrong, where something was.</returns>
    public async Task<(int? Status, string? Error)> SendAsync(string url, string secret, string id, byte[] body, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.UserAgent.TryParseAdd("nosnet");
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimestampHeader, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(secret, id, now, body));
        using var limit = new CancellationTokenSource(AnswerTime, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var status = (int)response.StatusCode;
            return (status, status switch
            {
                >= 200 and < 300 => null,
                >= 300 and < 400 => $"It answered {status}. Redirects are not followed: register the URL that it leads to.",
                _ => $"It answered {status}.",
            });
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"It did not answer within {AnswerTime.TotalSeconds:0} seconds.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            // What went wrong inside of the network is none of the receiver's business, but for what is refused by rule.
            return (null, failure.InnerException is RefusedAddressException refused ? refused.Message : "It could not be reached, or broke the connection off.");
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, cancellation);
        // Connected to by address: a name that resolves otherwise a moment later leads nowhere else.
        var allowed = Array.FindAll(addresses, a => _rules.MayConnect(host, port, a));
        if (allowed.Length == 0 && addresses.Length > 0)
            throw new RefusedAddressException(NotPublic(host, addresses[0]));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string NotPublic(string host, IPAddress address) =>
        $"{PathValues.Shown(host)} has the address {address}, which is not on the public internet, so no webhook goes there. The operator of this network can allow that: nosnet serve --allow-webhook {PathValues.Shown(host)}.";

    private sealed class RefusedAddressException(string message) : Exception(message);
}
