using System.Net;

namespace Nosnet.Client;

/// <summary>The client of a Nosana or Nosnet network. Thread-safe; make one and keep it.</summary>
/// <example>
/// <code>
/// using var client = new NosanaClient(new() { ApiKey = "nos_…" });
/// var cid = await client.Ipfs.AddAsync(definition);
/// var job = await client.Jobs.PostAsync(new PostJob(cid, "CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ"));
/// var ended = await job.WaitAsync();
/// </code>
/// </example>
public sealed class NosanaClient : IDisposable
{
    private readonly HttpClient? _own;

    /// <summary>A client with the API key of <c>NOSANA_API_KEY</c>, of the network of <c>NOSNET_URL</c> or Nosana's own.</summary>
    public NosanaClient()
        : this(new NosanaClientOptions())
    {
    }

    /// <summary>A client of its own connections.</summary>
    /// <exception cref="ArgumentException">An option cannot be.</exception>
    public NosanaClient(NosanaClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connection = Connection.From(options, Environment.GetEnvironmentVariable);
        var http = _own = new HttpClient(Handler()) { Timeout = Timeout.InfiniteTimeSpan };
        (Network, Jobs, Deployments, Ipfs, Credits, Markets, Accounts, ApiKeys, Secrets, Nodes, Receipts, Events, Webhooks) = Parts(connection, () => http);
    }

    /// <summary>A client of connections that a factory makes and renews; see <see cref="NosanaServices.AddNosanaClient"/>.</summary>
    internal NosanaClient(NosanaClientOptions options, Func<HttpClient> http) =>
        (Network, Jobs, Deployments, Ipfs, Credits, Markets, Accounts, ApiKeys, Secrets, Nodes, Receipts, Events, Webhooks) = Parts(Connection.From(options, Environment.GetEnvironmentVariable), http);

    /// <summary>The network it talks to.</summary>
    public NosanaNetwork Network { get; }

    /// <summary>Jobs: post, get, list, extend, stop, follow.</summary>
    public JobsClient Jobs { get; }

    /// <summary>Deployments: jobs that are kept by a strategy.</summary>
    public DeploymentsClient Deployments { get; }

    /// <summary>Files on IPFS: definitions and results.</summary>
    public IpfsClient Ipfs { get; }

    /// <summary>The account's credits.</summary>
    public CreditsClient Credits { get; }

    /// <summary>Markets.</summary>
    public MarketsClient Markets { get; }

    /// <summary>All accounts of a network, for its operator.</summary>
    public AccountsClient Accounts { get; }

    /// <summary>The account's API keys.</summary>
    public ApiKeysClient ApiKeys { get; }

    /// <summary>The account's secrets, which jobs name and only their nodes get.</summary>
    public SecretsClient Secrets { get; }

    /// <summary>Nodes.</summary>
    public NodesClient Nodes { get; }

    /// <summary>Receipts of changes, and the network's chain.</summary>
    public ReceiptsClient Receipts { get; }

    /// <summary>What happens to the account and its jobs.</summary>
    public EventsClient Events { get; }

    /// <summary>URLs that the network tells of them.</summary>
    public WebhooksClient Webhooks { get; }

    /// <summary>Closes the client's own connections.</summary>
    public void Dispose() => _own?.Dispose();

    internal static SocketsHttpHandler Handler() => new()
    {
        // Redirects are followed with care for the token, see Transport.
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    };

    private static (NosanaNetwork Network, JobsClient Jobs, DeploymentsClient Deployments, IpfsClient Ipfs, CreditsClient Credits, MarketsClient Markets, AccountsClient Accounts, ApiKeysClient ApiKeys, SecretsClient Secrets, NodesClient Nodes, ReceiptsClient Receipts, EventsClient Events, WebhooksClient Webhooks) Parts(
        Connection connection, Func<HttpClient> http)
    {
        var transport = new Transport(connection, http);
        var api = new Api(transport);
        var ipfs = new IpfsClient(transport);
        return (connection.Network, new JobsClient(api, ipfs), new DeploymentsClient(api), ipfs, new CreditsClient(api), new MarketsClient(api), new AccountsClient(api), new ApiKeysClient(api), new SecretsClient(api), new NodesClient(api), new ReceiptsClient(api), new EventsClient(api), new WebhooksClient(api));
    }
}
