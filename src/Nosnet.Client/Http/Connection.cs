namespace Nosnet.Client;

/// <summary>The options of a client, checked and complete.</summary>
internal sealed record Connection
{
    public required NosanaNetwork Network { get; init; }
    public required Uri BaseUrl { get; init; }
    public required Uri IpfsApiUrl { get; init; }
    public required Uri GatewayUrl { get; init; }
    public string? ApiKey { get; init; }
    public string? IpfsToken { get; init; }
    public required TimeSpan Timeout { get; init; }
    public required TimeProvider Time { get; init; }

    public static Connection From(NosanaClientOptions options, Func<string, string?> environment)
    {
        if (options.Timeout <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(options), options.Timeout, "The timeout must be longer than zero.");
        var network = options.Network ?? Alone(options.BaseUrl) ?? FromEnvironment(environment) ?? NosanaNetwork.Mainnet;
        var baseUrl = options.BaseUrl is { } url ? NosanaNetwork.ApiRoot(url, nameof(options)) : network.BaseUrl;
        // A Nosnet network is one URL: where its address is given by BaseUrl, its content store is there too.
        var own = network.IsNosnet && options.BaseUrl is not null ? NosanaNetwork.At(baseUrl) : network;
        var ipfs = Root(options.IpfsApiUrl, own.IpfsApiUrl);
        var key = Token(options.ApiKey ?? environment(NosanaClientOptions.ApiKeyVariable), "API key");
        return new Connection
        {
            Network = network,
            BaseUrl = baseUrl,
            IpfsApiUrl = ipfs,
            GatewayUrl = Root(options.GatewayUrl, own.GatewayUrl),
            ApiKey = key,
            IpfsToken = Token(options.IpfsJwt, "IPFS token") ?? (network.IsNosnet && SameOrigin(ipfs, baseUrl) ? key : null),
            Timeout = options.Timeout,
            Time = options.TimeProvider ?? TimeProvider.System,
        };
    }

    /// <summary>The CID of the bytes sent can be foretold: the network pins them as they are, in the way of <c>ipfs add</c>.</summary>
    public bool PinsExactBytes => Network.IsNosnet && SameOrigin(IpfsApiUrl, BaseUrl);

    /// <summary>Every file the gateway serves was pinned in the way of <c>ipfs add</c>.</summary>
    public bool ServesOwnContent => Network.IsNosnet && SameOrigin(GatewayUrl, BaseUrl);

    public static bool SameOrigin(Uri a, Uri b) =>
        Uri.Compare(a, b, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static NosanaNetwork? Alone(Uri? baseUrl) => baseUrl is null ? null : NosanaNetwork.At(baseUrl);

    private static NosanaNetwork? FromEnvironment(Func<string, string?> environment)
    {
        var text = environment(NosanaClientOptions.UrlVariable);
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return NosanaNetwork.TryParse(text.Trim(), null, out var network)
            ? network
            : throw new ArgumentException($"{NosanaClientOptions.UrlVariable} is '{text}'; set it to mainnet, devnet, or a URL such as http://127.0.0.1:8080.");
    }

    private static Uri Root(Uri? chosen, Uri fallback) => chosen is null ? fallback : NosanaNetwork.Root(chosen, "options");

    /// <summary>A token goes into a header, and often comes out of a file with a line break at its end.</summary>
    private static string? Token(string? text, string noun)
    {
        var token = text?.Trim();
        if (string.IsNullOrEmpty(token))
            return null;
        return token.All(c => c is > ' ' and < '\x7f')
            ? token
            : throw new ArgumentException($"The {noun} holds a blank or a character that no header can carry; check that it was copied whole and alone.");
    }
}
