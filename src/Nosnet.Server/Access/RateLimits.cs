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
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Counted>(http => Partition(http, limits));
        options.OnRejected = async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : limits.Window;
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await ErrorAnswers.WriteAsync(rejected.HttpContext, new Refusal(ErrorCode.RateLimited, string.Create(CultureInfo.InvariantCulture,
                $"Too many requests: {limits.Writes} writes and {limits.Reads} reads in {limits.Window.TotalSeconds:0} seconds are allowed. Try again in {seconds} seconds.")));
        };
    });

    private static RateLimitPartition<Counted> Partition(HttpContext http, ServerLimits limits)
    {
        var identity = http.Identity();
        var address = http.Connection.RemoteIpAddress;
        if (identity.Account is null && identity.Node is null && (address is null || IPAddress.IsLoopback(address)))
            return RateLimitPartition.GetNoLimiter(default(Counted));
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        var caller = identity.Key is { } key ? new Counted(isRead) { Key = key.Key }
            : identity.Node is { } node ? new Counted(isRead) { Node = node }
            : identity.Wallet is { } wallet ? new Counted(isRead) { Wallet = wallet }
            : new Counted(isRead) { Address = address };
        return RateLimitPartition.GetFixedWindowLimiter(caller, by => new FixedWindowRateLimiterOptions
        {
            PermitLimit = by.IsRead ? limits.Reads : limits.Writes,
            Window = limits.Window,
        });
    }

    /// <summary>Who is counted, and whether for what only reads.</summary>
    private readonly record struct Counted(bool IsRead)
    {
        public long Key { get; init; }
        public NodeAddress? Node { get; init; }
        public long Wallet { get; init; }
        public IPAddress? Address { get; init; }
    }
}
