using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// How often one caller may call: by API key, by node, or by network address where nobody said who they are. One window counts for all of them,
/// so that nothing has to be looked after for each of many thousand callers.
/// </summary>
internal sealed class RateLimits(RequestDelegate next, ServerOptions options, TimeProvider time)
{
    private readonly ServerLimits _limits = options.Limits;
    private Window _window = new(time.GetTimestamp());

    public Task InvokeAsync(HttpContext http)
    {
        if (CountedOf(http) is not { } caller)
            return next(http);
        var window = Current();
        return window.Count(caller) <= (caller.IsRead ? _limits.Reads : _limits.Writes) ? next(http) : RefuseAsync(http, window);
    }

    /// <summary>The window of now. Whoever comes first after one was over begins the next, and all that was counted goes with the old one.</summary>
    private Window Current()
    {
        var window = Volatile.Read(ref _window);
        if (time.GetElapsedTime(window.Start) < _limits.Window)
            return window;
        Interlocked.CompareExchange(ref _window, new Window(time.GetTimestamp()), window);
        return Volatile.Read(ref _window);
    }

    private Task RefuseAsync(HttpContext http, Window window)
    {
        var left = _limits.Window - time.GetElapsedTime(window.Start);
        var seconds = Math.Max(1, (int)Math.Ceiling(left.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ErrorAnswers.WriteAsync(http, new Refusal(ErrorCode.RateLimited, string.Create(CultureInfo.InvariantCulture,
            $"Too many requests: {_limits.Writes} writes and {_limits.Reads} reads in {_limits.Window.TotalSeconds:0} seconds are allowed. Try again in {seconds} seconds.")));
    }

    /// <summary>As whom a request counts; null where it does not, because it comes from this machine and from nobody.</summary>
    private static Counted? CountedOf(HttpContext http)
    {
        var identity = http.Identity();
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (identity.Key is { } key)
            return new Counted(isRead) { Key = key.Key };
        if (identity.Node is { } node)
            return new Counted(isRead) { Node = node };
        if (identity.Wallet is { } wallet)
            return new Counted(isRead) { Wallet = wallet };
        return http.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address) ? new Counted(isRead) { Address = address } : null;
    }

    /// <summary>Who is counted, and whether for what only reads.</summary>
    private readonly record struct Counted(bool IsRead)
    {
        public long Key { get; init; }
        public NodeAddress? Node { get; init; }
        public long Wallet { get; init; }
        public IPAddress? Address { get; init; }
    }

    private sealed class Window(long start)
    {
        private readonly ConcurrentDictionary<Counted, StrongBox<int>> _counts = new();

        public long Start => start;

        public int Count(Counted caller) => Interlocked.Increment(ref _counts.GetOrAdd(caller, static _ => new StrongBox<int>()).Value);
    }
}
