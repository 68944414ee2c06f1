using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Nosnet.Server;

/// <summary>How many bytes the body of a route may have, where that is not what JSON may have.</summary>
internal sealed record BodyLimit(long Bytes)
{
    /// <summary>How many bytes the body of a request may have.</summary>
    public static long Of(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>()?.Bytes ?? http.RequestServices.GetRequiredService<ServerOptions>().Limits.JsonBytes;
}
