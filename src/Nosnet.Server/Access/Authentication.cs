using Microsoft.AspNetCore.Http;

namespace Nosnet.Server;

/// <summary>Finds out who calls. It turns nobody away: whether the route asks for more is for <see cref="Authorization"/> to say.</summary>
internal sealed class Authentication(RequestDelegate next, Identification identification)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var headers = http.Request.Headers;
        http.Features.Set(await identification.OfAsync(headers.Authorization.ToString(), headers[Identification.WalletHeader].ToString(), http.RequestAborted));
        await next(http);
    }
}
