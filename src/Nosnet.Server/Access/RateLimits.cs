using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>How often one caller may call: by API key, by node, or by network address where nobody said who they are.</summary>
internal static class RateLimits
{
    public static IServiceCollection AddRateLimits(this IServiceCollection services, ServerLimits limits) => services.AddRateLimiter(options =>
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => Partition(http, limits));
        options.OnRejected = async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : limits.Window;
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await ErrorAnswers.WriteAsync(rejected.HttpContext, new Refusal(ErrorCode.RateLimited, string.Create(CultureInfo.InvariantCulture,
                $"Too many requests: {limits.Writes} writes and {limits.Reads} reads in {limits.Window.TotalSeconds:0} seconds are allowed. Try again in {seconds} seconds.")));
        };
    });

    private static RateLimitPartition<string> Partition(HttpContext http, ServerLimits limits)
    {
        var identity = http.Identity();
        var address = http.Connection.RemoteIpAddress;
        if (identity.Key is null && identity.Node is null && (address is null || IPAddress.IsLoopback(address)))
            return RateLimitPartition.GetNoLimiter("loopback");
        var caller = identity.Key is { } key ? string.Create(CultureInfo.InvariantCulture, $"key {key.Key}") : identity.Node is { } node ? $"node {node}" : $"from {address}";
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        return RateLimitPartition.GetFixedWindowLimiter(isRead ? caller + " reads" : caller, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = isRead ? limits.Reads : limits.Writes,
            Window = limits.Window,
        });
    }
}
