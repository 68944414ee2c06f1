using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
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
        // Every request that is carried to a node or another server would be told of, and what fails is answered in a sentence.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder.HttpForwarder", LogLevel.Error);
        // It would make an activity for every request, to name it in what is logged.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // Answers go straight to the thread pool: a queue of their own before it costs a fifth of what a small request does.
        builder.WebHost.UseKestrelCore().UseSockets(static sockets => sockets.IOQueueCount = 0).UseUrls([.. options.Urls]).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Fields of a service's answer are bytes, each of which its client reads as one letter of Latin-1.
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            // Each reader has a limit of its own (CountedStream). Kestrel's would cut the connection while the body is still being
            // sent, and the sender would see a broken pipe instead of the answer.
            kestrel.Limits.MaxRequestBodySize = null;
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
        services.AddCors(cors => cors.AddPolicy(NodeApi.Cors, NodeApi.Allow));
        services.AddApiDescription();

        services.AddSingleton(options).AddSingleton(options.Time);
        services.AddSingleton(_ => DataDirectory.Open(options.DataDirectory));
        services.AddSingleton(s => NetworkStore.ReadSecret(options, s.GetRequiredService<DataDirectory>(), s.GetRequiredService<INetworkStores>));
        services.AddSingleton(s => s.GetRequiredService<NetworkSecret>().Addresses());
        services.AddSingleton<INetworkStores>(s =>
        {
            if (options.Store is { } database)
                return PostgresStores.Open(database);
            // The secret is read first: it is missing only where the store is too, and the store must not be made without it.
            s.GetRequiredService<NetworkSecret>();
            return SqliteStores.Open(s.GetRequiredService<DataDirectory>().Path);
        });
        services.AddSingleton(s => s.GetRequiredService<INetworkStores>().Content);
        services.AddSingleton(s => s.GetRequiredService<INetworkStores>().Secrets);
        services.AddSingleton(s => s.GetRequiredService<INetworkStores>().Webhooks);
        services.AddSingleton(s =>
        {
            var secret = s.GetRequiredService<NetworkSecret>();
            var stores = s.GetRequiredService<INetworkStores>();
            return new NetworkEngine(stores.TryOpenLane, stores.Read, s.GetRequiredService<AddressBook>(), secret.Sign, options.Time, s.GetRequiredService<ILogger<NetworkEngine>>());
        });

        services.AddSingleton<FirstStart>().AddSingleton<ServerAddress>();
        services.AddSingleton<KeyRing>().AddSingleton<NodeTokens>().AddSingleton<Identification>().AddSingleton<JobAccess>();
        services.AddSingleton<Names>().AddSingleton<JobViews>().AddSingleton<JobQuotes>().AddSingleton<MarketViews>().AddSingleton<History>().AddSingleton<Receipts>();
        services.AddSingleton<EventSource>().AddSingleton<EventViews>().AddSingleton<AccountStreams>();
        services.AddSingleton<WebhookSender>().AddSingleton<WebhookWorkshop>().AddSingleton<WebhookDelivery>();
        services.AddSingleton<ContentFiles>().AddSingleton<Definitions>();
        services.AddSingleton<SecretSeal>().AddSingleton<JobSecrets>().AddSingleton<ConfidentialJobs>();
        services.AddSingleton<Revisions>().AddSingleton<RevisionLists>().AddSingleton<DeploymentMarkets>().AddSingleton<DeploymentViews>().AddSingleton<DeploymentKeys>();
        services.AddSingleton<Vaults>().AddSingleton<HostAccess>().AddSingleton<JobResults>();
        services.AddHttpForwarder();
        services.AddSingleton(ServiceHosts.Of(options.EndpointDomain, options.PublicUrl)).AddSingleton<NodeInvoker>();
        services.AddSingleton<ServiceIds>().AddSingleton<SharedServices>().AddSingleton<ServiceIndex>().AddSingleton<ServiceLists>();
        services.AddSingleton<RunCalls>().AddSingleton<RunOperations>().AddSingleton<RunStatsReader>().AddSingleton<NodeJobs>().AddSingleton<NodeJobInfo>().AddSingleton<NodeSockets>();
        services.AddSingleton<Tunnels>().AddSingleton<Assignments>().AddSingleton<JobStreams>();
        services.AddSingleton<ServerSeal>().AddSingleton<PeerConnections>().AddSingleton<PeerForwarder>().AddSingleton<NodePassage>();
        services.AddHostedService<Succession>().AddHostedService<EngineLoop>().AddHostedService<RunDelivery>().AddHostedService<ServiceReadiness>().AddHostedService<ServiceUpkeep>().AddHostedService(s => s.GetRequiredService<WebhookDelivery>());
    }

    public static void UseNosnet(this WebApplication app)
    {
        app.UseMiddleware<ErrorAnswers>();
        app.UseMiddleware<PassedOn>();
        app.UseMiddleware<NodePassageEnd>();
        app.UseMiddleware<ServiceGate>();
        app.UseMiddleware<BareStatuses>();
        // What serves few requests is passed by the others: each of these makes something for every request that it sees.
        app.UseWhen(static http => http.Request.Headers.Upgrade.Count > 0, static upgrades => upgrades.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan }));
        // One set of routes answers under both roots, because generations of clients disagree which is theirs.
        app.UsePathBase("/api");
        app.UseRouting();
        app.UseWhen(static http => http.GetEndpoint()?.Metadata.GetMetadata<ICorsMetadata>() is not null, static pages => pages.UseCors());
        app.UseMiddleware<Relay>();
        app.UseMiddleware<Authentication>();
        app.UseMiddleware<RateLimits>();
        app.UseMiddleware<Authorization>();
        app.UseMiddleware<IdempotencyKeys>();
        app.MapApi();
    }
}
