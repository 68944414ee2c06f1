using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace Nosnet.Client;

/// <summary>Which network a client talks to: Nosana's own, or a Nosnet one at any URL.</summary>
/// <remarks>A <see cref="Uri"/> converts to one by itself: <c>Network = new Uri("http://127.0.0.1:8080")</c>.</remarks>
[TypeConverter(typeof(NosanaNetworkConverter))]
public sealed record NosanaNetwork : IParsable<NosanaNetwork>
{
    /// <summary>Where official clients pin and read files when no IPFS address is set.</summary>
    private static readonly Uri PinataApi = new("https://api.pinata.cloud/");
    private static readonly Uri NosanaGateway = new("https://nosana.mypinata.cloud/ipfs/");

    private NosanaNetwork(string name, Uri baseUrl, Uri ipfsApiUrl, Uri gatewayUrl, bool isNosnet)
    {
        Name = name;
        BaseUrl = baseUrl;
        IpfsApiUrl = ipfsApiUrl;
        GatewayUrl = gatewayUrl;
        IsNosnet = isNosnet;
    }

    /// <summary>The public Nosana network, where jobs cost real credits.</summary>
    public static NosanaNetwork Mainnet { get; } =
        new("mainnet", new Uri("https://dashboard.k8s.prd.nos.ci/"), PinataApi, NosanaGateway, isNosnet: false);

    /// <summary>Nosana's network for trying things out.</summary>
    public static NosanaNetwork Devnet { get; } =
        new("devnet", new Uri("https://dashboard.k8s.dev.nos.ci/"), PinataApi, NosanaGateway, isNosnet: false);

    /// <summary><c>mainnet</c>, <c>devnet</c>, or the URL.</summary>
    public string Name { get; }

    /// <summary>The API's address without <c>/api</c>; ends with a slash.</summary>
    public Uri BaseUrl { get; }

    /// <summary>Where files are pinned; ends with a slash.</summary>
    public Uri IpfsApiUrl { get; }

    /// <summary>Where files are read, the CID being appended; ends with a slash.</summary>
    public Uri GatewayUrl { get; }

    /// <summary>Whether it is a Nosnet network: one URL for everything, live logs, and exact bytes when pinning.</summary>
    public bool IsNosnet { get; }

    /// <summary>The Nosnet network at a URL.</summary>
    /// <param name="url">An absolute http or https URL; a path is kept, so a network may live below one, but for an <c>/api</c> at its end.</param>
    /// <exception cref="ArgumentException">The URL is relative, of another scheme, or carries a query, a fragment or a password.</exception>
    public static NosanaNetwork At(Uri url)
    {
        var root = ApiRoot(url, nameof(url));
        return new NosanaNetwork(root.ToString().TrimEnd('/'), root, root, new Uri(root, "ipfs/"), isNosnet: true);
    }

    /// <summary>The Nosnet network at a URL.</summary>
    public static implicit operator NosanaNetwork(Uri url) => At(url);

    /// <summary>Reads <c>mainnet</c>, <c>devnet</c>, or a URL.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static NosanaNetwork Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var network)
            ? network
            : throw new FormatException($"'{s}' is not a network; give mainnet, devnet, or a URL such as http://127.0.0.1:8080.");

    /// <summary>Reads <c>mainnet</c>, <c>devnet</c>, or a URL; false where the text is none of these.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out NosanaNetwork result)
    {
        result = s?.ToUpperInvariant() switch
        {
            "MAINNET" => Mainnet,
            "DEVNET" => Devnet,
            _ => Uri.TryCreate(s, UriKind.Absolute, out var url) && Fault(url) is null ? At(url) : null,
        };
        return result is not null;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>A URL with a slash at its end, so that paths are appended to it and not put in its last part's place.</summary>
    internal static Uri Root(Uri url, string parameter)
    {
        ArgumentNullException.ThrowIfNull(url, parameter);
        if (Fault(url) is { } fault)
            throw new ArgumentException(fault, parameter);
        return url.AbsolutePath.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");
    }

    /// <summary>The same of the API: many have its address at hand with the <c>/api</c> that every route begins with.</summary>
    internal static Uri ApiRoot(Uri url, string parameter) =>
        Root(url, parameter) is var root && root.AbsolutePath.EndsWith("/api/", StringComparison.Ordinal) ? new Uri(root, "..") : root;

    private static string? Fault(Uri url) => url switch
    {
        { IsAbsoluteUri: false } => $"'{url}' is not an absolute URL; one looks like http://127.0.0.1:8080.",
        { Scheme: not ("http" or "https") } => $"'{url}' is not an http or https URL.",
        { UserInfo.Length: > 0 } => "The URL carries a user name or password; leave it out and use an API key.",
        { Query.Length: > 0 } or { Fragment.Length: > 0 } => $"'{url}' carries a query or a fragment; leave them out.",
        _ => null,
    };
}
