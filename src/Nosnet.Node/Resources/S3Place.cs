using System.Text.RegularExpressions;

namespace Nosnet.Node;

/// <summary>A place in an S3 store: the URL of a bucket, and what the keys under it begin with.</summary>
/// <param name="Bucket">The bucket's URL, which ends with a slash.</param>
/// <param name="Prefix">A key, or the beginning of keys without the slash after it; empty: all of the bucket.</param>
internal sealed partial record S3Place(Uri Bucket, string Prefix)
{
    private const string DefaultRegion = "us-east-1";

    // Public buckets of models that definitions name by a bucket's name alone, and where they are served.
    private static readonly Dictionary<string, string> Served = new(StringComparer.Ordinal)
    {
        ["nos-ai-models-qllsn32u"] = "https://models.nosana.io/",
    };

    /// <summary>What a URL can mean, most likely first: a bucket may be the host's name or the first part of the path, and a URL does not tell which.</summary>
    /// <exception cref="ResourceException">It means nothing.</exception>
    public static IReadOnlyList<S3Place> Of(string url, string? bucket, string? region)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("s3" or "http" or "https") || uri.Host.Length == 0)
            throw new ResourceException($"\"{url}\" is no place in an S3 store: write s3://BUCKET/PREFIX or https://HOST/PREFIX.");
        if (uri.UserInfo.Length > 0)
            throw new ResourceException("The URL of a resource must not hold a login: S3 stores take IAM.");
        if (uri.Scheme == "s3" && url.Contains('?'))
            throw new ResourceException($"The URL {url.Split('?')[0]} names a place in an S3 store, and nothing stands behind one: leave out the question mark and what follows it, or write https://HOST/KEY with it.");
        var path = Uri.UnescapeDataString(uri.AbsolutePath).Trim('/');
        if (uri.Scheme == "s3")
        {
            return bucket is null || bucket == uri.Host
                ? [Named(uri.Host, path, region)]
                : throw new ResourceException($"The URL {url} names a bucket already, so the bucket {bucket} beside it must be left out.");
        }
        var root = new Uri(uri.GetLeftPart(UriPartial.Authority) + "/");
        if (bucket is not null)
            return [uri.Host.StartsWith(bucket + ".", StringComparison.OrdinalIgnoreCase) ? new(root, path) : InPath(root, bucket, Below(path, bucket))];
        var inHost = new S3Place(root, path);
        var inPath = path.Length == 0 ? null : InPath(root, path.Split('/')[0], Below(path, path.Split('/')[0]));
        // Of Amazon's own hosts the name tells which of the two it is.
        if (AmazonHost().Match(uri.Host) is { Success: true } amazon)
            return amazon.Groups["bucket"].Success || inPath is null ? [inHost] : [inPath];
        return inPath is null ? [inHost] : [inHost, inPath];
    }

    /// <summary>A bucket of Amazon's, in a region.</summary>
    public static S3Place Named(string bucket, string prefix, string? region)
    {
        if (Served.TryGetValue(bucket, out var served))
            return new S3Place(new Uri(served), prefix);
        var host = $"s3.{(string.IsNullOrEmpty(region) ? DefaultRegion : region)}.amazonaws.com";
        // No certificate stands for a name with dots in it.
        return Uri.TryCreate(bucket.Contains('.') ? $"https://{host}/{bucket}/" : $"https://{bucket}.{host}/", UriKind.Absolute, out var root)
            && root.Host.EndsWith(".amazonaws.com", StringComparison.Ordinal)
            ? new S3Place(root, prefix)
            : throw new ResourceException($"There can be no bucket {bucket} in a region {region}.");
    }

    /// <summary>Whether it is one of Amazon's, whose buckets each live in one region.</summary>
    public bool IsAmazons => AmazonHost().IsMatch(Bucket.Host);

    /// <summary>The same with more behind the prefix.</summary>
    public S3Place Under(string name) => this with { Prefix = Join(Prefix, name.Trim('/')) };

    /// <summary>The URL of a key.</summary>
    public Uri Object(string key) => new(Bucket, string.Join('/', key.Split('/').Select(Uri.EscapeDataString)));

    public static string Join(string prefix, string name) => prefix.Length == 0 ? name : name.Length == 0 ? prefix : $"{prefix}/{name}";

    private static S3Place InPath(Uri root, string bucket, string prefix) => new(new Uri(root, Uri.EscapeDataString(bucket) + "/"), prefix);

    private static string Below(string path, string first) =>
        path == first ? "" : path.StartsWith(first + "/", StringComparison.Ordinal) ? path[(first.Length + 1)..] : path;

    [GeneratedRegex(@"^(?<bucket>.+\.)?s3[.-](?:dualstack\.)?(?:[a-z0-9-]+\.)?amazonaws\.com$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex AmazonHost();
}
