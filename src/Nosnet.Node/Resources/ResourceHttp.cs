using System.Net;
using System.Net.Sockets;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>HTTP as far as downloads need it: no cookies, no proxies, no address that the rules do not allow, and redirects that take no credentials elsewhere.</summary>
internal sealed class ResourceHttp : IDisposable
{
    private const int MostRedirects = 5;
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(60);

    private readonly OutboundRules _rules;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public ResourceHttp(OutboundRules rules, TimeProvider time)
    {
        (_rules, _time) = (rules, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = ConnectTime,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = ConnectAsync,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a request and gives the answer when its head is there, whatever its status.</summary>
    /// <exception cref="ResourceException">There is no answer, or the way to it is not allowed.</exception>
    public async Task<HttpResponseMessage> SendAsync(string what, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerTime, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            for (var hop = 0; ; hop++)
            {
                if (request.Headers.NonValidated.Any(header => header.Value.Any(value => value.Any(char.IsControl))))
                    throw new ResourceException($"{what} cannot be asked for: its credentials, or what the store calls a version of it, have a line break or the like in them. Check the credentials.");
                request.Headers.UserAgent.TryParseAdd("nosnet");
                var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
                if (Location(response) is not { } location)
                    return response;
                response.Dispose();
                if (hop == MostRedirects)
                    throw new ResourceException($"{what} was sent on more than {MostRedirects} times.");
                request = Next(what, request, location, response.StatusCode);
            }
        }
        catch (HttpRequestException e) when (e.InnerException is ResourceException refusal)
        {
            throw refusal;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw ResourceException.Broken(what, e);
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException or FormatException)
        {
            // A store's answer, or a definition, has named what HTTP cannot ask for.
            throw new ResourceException($"{what} cannot be asked for: {e.Message}", inner: e);
        }
        finally
        {
            request.Dispose();
        }
    }

    /// <summary>A body that is read whole, up to a limit.</summary>
    public async Task<byte[]> ReadAsync(string what, HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerTime, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(most, either.Token).ConfigureAwait(false);
            return await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw ResourceException.Broken(what, e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static Uri? Location(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
            ? response.Headers.Location
            : null;

    private static HttpRequestMessage Next(string what, HttpRequestMessage request, Uri location, HttpStatusCode status)
    {
        var from = request.RequestUri!;
        if (!Uri.TryCreate(from, location, out var target))
            throw new ResourceException($"{what} was sent on to \"{location.OriginalString.Split('?')[0]}\", which is no address.");
        // Most who send on mean that the rest be read there; and without its body it would be taken for delivered, and be lost.
        if (request.Content is not null)
            throw new ResourceException($"{what} was sent on to {target.Scheme}://{target.Authority}{target.AbsolutePath}, and what is delivered is not sent on. Name that address itself.", status);
        if (target.Scheme is not ("http" or "https") || (from.Scheme == "https" && target.Scheme == "http"))
            throw new ResourceException($"{what} was sent on to {target.Scheme}://{target.Host}, which is less safe than where it was asked.");
        var next = new HttpRequestMessage(request.Method, target);
        var isSame = target.Scheme == from.Scheme && target.Authority == from.Authority;
        foreach (var (name, values) in request.Headers)
        {
            // What proves who asks is for the host that was asked, and for no other.
            if (isSame || !IsProof(name))
                next.Headers.TryAddWithoutValidation(name, values);
        }
        request.Dispose();
        return next;
    }

    private static bool IsProof(string header) =>
        header.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || header.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        // Connected to by address: a name that resolves otherwise a moment later leads nowhere else.
        var allowed = addresses.Where(address => _rules.MayConnect(host, port, address)).ToArray();
        if (allowed.Length == 0 && addresses.Length > 0)
        {
            // Nobody is advised to open what a cloud keeps for its own machines.
            var advice = addresses[0].ToString().StartsWith("169.254.", StringComparison.Ordinal) || addresses[0].IsIPv6LinkLocal
                ? ""
                : $" Its operator can allow that: --allow-download {host}.";
            throw new ResourceException($"{host} has the address {addresses[0]}, which is not on the public internet, so this node does not download from it.{advice}");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
