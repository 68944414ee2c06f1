using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;
using Nosnet.Storage;

namespace Nosnet.Server;

/// <summary>Which parts a server is made of, and in which order a request passes them.</summary>
internal static class Composition
{
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(5);

    public static void AddNosnet(this WebApplicationBuilder builder, ServerOptions options)
    {
        options.Logging?.Invoke(builder.Logging);
        // The host logs with its whole trace why it could not start, which whoever starts it is told in a sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.WebHost.UseKestrelCore().UseUrls([.. options.Urls]).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Limits.JsonBytes;
        });

        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTime);
        services.Configure<JsonOptions>(json =>
        {
            // Only the description of the API reads these: bodies are written by the contexts themselves.
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ServerJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ProtocolJson.Default);
        });
        services.AddSingleton<IHostLifetime, CallersLifetime>();
        services.AddRoutingCore();
        services.AddRateLimits(options.Limits);
        services.AddApiDescription();

        services.AddSingleton(options).AddSingleton(options.Time);
        services.AddSingleton(_ => DataDirectory.Open(options.DataDirectory));
        services.AddSingleton(s => s.GetRequiredService<DataDirectory>().ReadSecret());
        services.AddSingleton(s => s.GetRequiredService<NetworkSecret>().Addresses());
        services.AddSingleton(s =>
        {
            // The secret is read first: it is missing only where the store is too, and the store must not be made without it.
            s.GetRequiredService<NetworkSecret>();
            return SqliteStores.Open(s.GetRequiredService<DataDirectory>().Path);
        });
        services.AddSingleton<IContentStore>(s => s.GetRequiredService<SqliteStores>().Content);
        services.AddSingleton(s =>
        {
            var stores = s.GetRequiredService<SqliteStores>();
            var secret = s.GetRequiredService<NetworkSecret>();
            return new NetworkEngine(stores.Lane, stores.Read, s.GetRequiredService<AddressBook>(), secret.Sign, options.Time, s.GetRequiredService<ILogger<NetworkEngine>>());
        });

        services.AddSingleton<FirstStart>().AddSingleton<ServerAddress>();
        services.AddSingleton<KeyRing>().AddSingleton<NodeTokens>();
        services.AddSingleton<Names>().AddSingleton<JobViews>().AddSingleton<MarketViews>().AddSingleton<History>();
        services.AddSingleton<ContentFiles>().AddSingleton<Definitions>();
        services.AddHttpForwarder();
        services.AddSingleton(ServiceHosts.Of(options.EndpointDomain, options.PublicUrl)).AddSingleton<NodeInvoker>();
        services.AddSingleton<ServiceIds>().AddSingleton<ServiceIndex>().AddSingleton<ServiceLists>();
        services.AddSingleton<Tunnels>().AddSingleton<Assignments>().AddSingleton<JobStreams>();
        services.AddHostedService<EngineLoop>().AddHostedService<RunDelivery>().AddHostedService<ServiceUpkeep>();
    }

    public static void UseNosnet(this WebApplication app)
    {
        app.UseMiddleware<ServiceGate>();
        app.UseMiddleware<ErrorAnswers>();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        // One set of routes answers under both roots, because generations of clients disagree which is theirs.
        app.UsePathBase("/api");
        app.UseRouting();
        app.UseMiddleware<Authentication>();
        app.UseRateLimiter();
        app.UseMiddleware<Authorization>();
        app.MapApi();
    }
}
