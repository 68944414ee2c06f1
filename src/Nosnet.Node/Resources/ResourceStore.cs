using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The resources of a node: where they come from, and the cache that they go into.</summary>
internal sealed class ResourceStore : IDisposable
{
    private readonly ResourceOptions _options;
    private readonly ResourceHttp _http;
    private readonly ResourceCache _cache;
    private readonly TimeProvider _time;

    /// <param name="options">What the operator wants.</param>
    /// <param name="directory">Where the cache lies on disk.</param>
    /// <param name="engine">The engine whose volumes show what is in it.</param>
    /// <param name="node">The labels of everything that the node makes.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FormatException">A host that is allowed is none.</exception>
    public ResourceStore(ResourceOptions options, string directory, IContainerEngine engine, Labels node, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _http = new ResourceHttp(new OutboundRules(Hubs(options), options.AllowedHosts), time);
        OwnerOnly.CreateDirectory(directory);
        _cache = new ResourceCache(directory, options.CacheBytes ?? Half(directory), _http, ShownAsync, time);

        async Task<IReadOnlySet<string>> ShownAsync(CancellationToken cancellationToken)
        {
            var volumes = await engine.ListAsync(EngineObjectKind.Volume, node, cancellationToken).ConfigureAwait(false);
            return volumes.Select(volume => volume.Labels[Labels.Resource]).OfType<string>().ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>Sees to it that the files of these resources are there, in one directory, and holds them until the lease is given back.</summary>
    /// <exception cref="ResourceException">They cannot be had.</exception>
    public Task<CacheLease> AcquireAsync(IReadOnlyList<Resource> resources, IProgress<ResourceStep> progress, CancellationToken cancellationToken) =>
        _cache.AcquireAsync(Source(resources), progress, cancellationToken);

    /// <summary>What they are called, for people.</summary>
    public string Name(IReadOnlyList<Resource> resources) => Source(resources).Name;

    public void Dispose()
    {
        _cache.Dispose();
        _http.Dispose();
    }

    private static IEnumerable<Uri> Hubs(ResourceOptions options) => [options.HuggingFace, options.Ollama];

    private static long Half(string directory) =>
        (new DriveInfo(directory).AvailableFreeSpace + new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)) / 2;

    private IResourceSource Source(IReadOnlyList<Resource> resources) => CombinedSource.Of([.. resources.Select(Source)]);

    private IResourceSource Source(Resource resource) => resource switch
    {
        S3Resource { Buckets: { Count: > 0 } buckets } s3 => CombinedSource.Of(
        [
            .. s3.Url is { } url ? (IEnumerable<IResourceSource>)[S3(url, null, [], s3.Credentials)] : [],
            .. buckets.Select(bucket => S3(bucket.Url, null, bucket.Files, s3.Credentials)),
        ]),
        S3Resource s3 => S3(s3.Url!, s3.Bucket, s3.Files, s3.Credentials),
        HuggingFaceResource huggingFace => new HuggingFaceSource(_http, _options.HuggingFace, huggingFace),
        OllamaResource ollama => new OllamaSource(_http, _options.Ollama, ollama.Model),
        _ => throw new InvalidOperationException($"There is no way to download {resource.GetType()}."),
    };

    private S3Source S3(string url, string? bucket, IReadOnlyList<string> files, S3Credentials? credentials) => new(_http, _time, url, bucket, files, credentials);
}
