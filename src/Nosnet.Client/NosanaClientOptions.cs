namespace Nosnet.Client;

/// <summary>How a <see cref="NosanaClient"/> reaches its network. Everything has a default; a client reads it once, when it is made.</summary>
public sealed class NosanaClientOptions
{
    /// <summary>The environment variable read where <see cref="ApiKey"/> is null.</summary>
    public const string ApiKeyVariable = "NOSANA_API_KEY";

    /// <summary>The environment variable read where <see cref="Network"/> is null.</summary>
    public const string UrlVariable = "NOSNET_URL";

    /// <summary>The API key, <c>nos_…</c>. Default: <c>NOSANA_API_KEY</c>; without either, only what is open to anybody can be called.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The network; in a configuration <c>mainnet</c>, <c>devnet</c> or a URL. Default: the one at <see cref="BaseUrl"/>, or the URL in <c>NOSNET_URL</c>, or <see cref="NosanaNetwork.Mainnet"/> where that is not set.</summary>
    public NosanaNetwork? Network { get; set; }

    /// <summary>
    /// The API's address, with or without <c>/api</c>. Alone it names a Nosnet network; beside <see cref="Network"/> it is another address of that
    /// one. Default: the network's.
    /// </summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>The address of the pin API. Default: the network's.</summary>
    public Uri? IpfsApiUrl { get; set; }

    /// <summary>The address under which files are read, the CID being appended. Default: the network's.</summary>
    public Uri? GatewayUrl { get; set; }

    /// <summary>The token for the pin API. Default: the API key on a Nosnet network's own pin API, otherwise none. Never sent to a gateway.</summary>
    public string? IpfsJwt { get; set; }

    /// <summary>How long one call may take, its retries included; streams only until they begin. Default: 100 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>The clock behind timeouts and retries. Default: the system's.</summary>
    public TimeProvider? TimeProvider { get; set; }
}
