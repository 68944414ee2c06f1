using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Joins streams of the tunnel to ports of containers, and knows nothing of what is said there; every other request is for the node itself.</summary>
internal sealed class ServiceSplice(RequestDelegate next, RunKeeper runs)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true, Protocol: ServiceTarget.Protocol } connect)
        {
            await next(http);
            return;
        }

        if (!ServiceTarget.TryParse(http.Request.Headers[ServiceTarget.Header], out var target)
            || await runs.FindServiceAsync(target, http.RequestAborted) is not { } operation)
        {
            Refuse(http, ServiceTarget.Ended);
            return;
        }

        if (await operation.TryDialAsync(target.Port, http.RequestAborted) is not { } container)
        {
            Refuse(http, ServiceTarget.Silent);
            return;
        }

        await using (container)
        await using (var server = await connect.AcceptAsync())
            await Splice.RunAsync(http, server, container, operation.Over);
    }

    private static void Refuse(HttpContext http, string why)
    {
        http.Response.StatusCode = StatusCodes.Status502BadGateway;
        http.Response.Headers[ServiceTarget.RefusedHeader] = why;
    }
}
