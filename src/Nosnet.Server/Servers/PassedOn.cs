using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Nosnet.Server;

/// <summary>Knows the requests that another server of the network passed on to this one: they go no further, and are their senders'.</summary>
internal sealed class PassedOn(RequestDelegate next, ServerSeal seal)
{
    /// <summary>Stands in the answer of a server that was the wrong one and did nothing.</summary>
    public const string UnwantedHeader = "Nosnet-Not-Here";

    private static readonly Mark Passed = new();

    public static bool Is(HttpContext http) => http.Features.Get<Mark>() is not null;

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Headers.TryGetValue(ServerSeal.Header, out var text))
        {
            http.Request.Headers.Remove(ServerSeal.Header);
            if (seal.IsPassedOn(http.Request.Method, http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, text.ToString(), out var client))
            {
                http.Features.Set(Passed);
                if (client is not null)
                    http.Connection.RemoteIpAddress = client;
            }
        }

        return next(http);
    }

    private sealed class Mark;
}
