using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Nosnet.Server;

/// <summary>Knows the requests that another server of the network passed on to this one: they go no further, and are their senders'.</summary>
internal sealed class PassedOn(RequestDelegate next, ServerSeal seal)
{
    /// <summary>Stands in the answer of a server that was the wrong one and did nothing.</summary>
    public const string UnwantedHeader = "Nosnet-Not-Here";

    /// <summary>Whether a request that somebody sent to another server was passed on to this one as it came.</summary>
    public static bool Is(HttpContext http) => http.Features.Get<Passed>() is { To: PassedTo.Server };

    /// <summary>Whether another server itself says something to a node.</summary>
    public static bool IsToNode(HttpContext http) => http.Features.Get<Passed>() is { To: PassedTo.Node };

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Headers.TryGetValue(ServerSeal.Header, out var text))
        {
            http.Request.Headers.Remove(ServerSeal.Header);
            if (seal.Open(http.Request.Method, http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, text.ToString()) is { } passed)
            {
                http.Features.Set(passed);
                if (passed.Client is not null)
                    http.Connection.RemoteIpAddress = passed.Client;
            }
        }

        return next(http);
    }
}
