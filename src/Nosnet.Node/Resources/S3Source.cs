using System.Net;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Files of one place in an S3 store.</summary>
internal sealed class S3Source(ResourceHttp http, TimeProvider time, string url, string? bucket, IReadOnlyList<string> files, S3Credentials? credentials)
    : IResourceSource
{
    private const int MostFiles = 100_000;

    // A page has 1,000 keys at most; twice as many as that takes, since some hold fewer, and keys that only begin alike are left out.
    private const int MostPages = 2 * MostFiles / 1000;
    private const int MostPageBytes = 16 * 1024 * 1024;
    private const string RegionHeader = "x-amz-bucket-region";

    private S3Credentials? _credentials = credentials;
    private Uri? _movedTo;
    private int _pages;

    // What stands behind a question mark may be a signature.
    public string Name { get; } = bucket is null ? url.Split('?')[0] : $"{url.Split('?')[0]} (bucket {bucket})";

    public string Key { get; } = string.Join('\0', (string?[])["S3", url, bucket, string.Join('\n', files), credentials?.Region, credentials?.AccessKeyId, credentials?.SecretAccessKey]);

    public async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var places = S3Place.Of(url, bucket, _credentials?.Region);
        ResourceException? refusal = null;
        if (!url.Contains('?'))
        {
            foreach (var place in places)
            {
                try
                {
                    var found = await FilesAsync(place, cancellationToken).ConfigureAwait(false);
                    if (found.Count > 0)
                        return found;
                }
                catch (ResourceException e) when (!e.MayPass && e.Status is not null)
                {
                    // Another meaning of the URL may be the right one; and where nobody may list, who knows its name may still read a file.
                    refusal = e;
                }
            }
        }
        return await PlainAsync(places[^1], refusal, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<RemoteFile>> FilesAsync(S3Place place, CancellationToken cancellationToken)
    {
        _pages = 0;
        var found = new Dictionary<ResourcePath, RemoteFile>();
        foreach (var wanted in files.Count == 0 ? [place] : files.Select(place.Under))
        {
            var objects = await ObjectsAsync(wanted, cancellationToken).ConfigureAwait(false);
            if (objects.Count == 0 && files.Count > 0)
                return [];
            foreach (var item in objects)
            {
                // A place that is one object gives it under its own name.
                var name = item.Key == place.Prefix ? item.Key[(item.Key.LastIndexOf('/') + 1)..] : item.Key[(place.Prefix.Length == 0 ? 0 : place.Prefix.Length + 1)..];
                var file = File(place, item, ResourcePath.Parse(name));
                found[file.Path] = file;
            }
        }
        return [.. found.Values];
    }

    /// <summary>The object of that key and those below it, and none that only begins alike.</summary>
    private async Task<List<S3Object>> ObjectsAsync(S3Place place, CancellationToken cancellationToken)
    {
        var found = new List<S3Object>();
        for (string? next = null; ;)
        {
            // Nobody pays yet, and a store can go on for ever with pages in which nothing is of use.
            if (_pages++ == MostPages + files.Count)
                throw new ResourceException($"The list of what {Name} holds has not come to its end after {MostPages + files.Count} pages. Name a smaller part of it.");
            var query = $"?{(next is null ? "" : $"continuation-token={Uri.EscapeDataString(next)}&")}encoding-type=url&list-type=2&prefix={Uri.EscapeDataString(place.Prefix)}";
            using var response = await http.SendAsync(Name, Request(new Uri(_movedTo ?? place.Bucket, query)), cancellationToken).ConfigureAwait(false);
            if (IsToMove(place, response))
                continue;
            var body = await http.ReadAsync(Name, response, MostPageBytes, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw ResourceException.Refused(Name, response, S3Listing.ErrorCode(body));
            if (S3Listing.Parse(body) is not { } page)
                return found;
            found.AddRange(page.Objects.Where(item => place.Prefix.Length == 0 || item.Key == place.Prefix || item.Key.StartsWith(place.Prefix + "/", StringComparison.Ordinal)));
            if (found.Count > MostFiles)
                throw new ResourceException($"{Name} holds more than {MostFiles} files, which is more than a resource may. Name a part of it.");
            if (page.Next is null || page.Next == next)
                return found;
            next = page.Next;
        }
    }

    /// <summary>Whether a bucket of Amazon's says that it is in another region, where it is asked from then on.</summary>
    private bool IsToMove(S3Place place, HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode || _movedTo is not null || !url.StartsWith("s3://", StringComparison.Ordinal)
            || !place.IsAmazons || !response.Headers.TryGetValues(RegionHeader, out var regions))
            return false;
        var region = regions.First();
        _credentials = _credentials is null ? null : _credentials with { Region = region };
        _movedTo = S3Place.Named(new Uri(url).Host, place.Prefix, region).Bucket;
        return true;
    }

    /// <summary>The files by their names, from where nobody may list or nothing can be listed.</summary>
    private async Task<IReadOnlyList<RemoteFile>> PlainAsync(S3Place place, ResourceException? refusal, CancellationToken cancellationToken)
    {
        var found = new Dictionary<ResourcePath, RemoteFile>();
        foreach (var wanted in files.Count == 0 ? [place] : files.Select(place.Under))
        {
            var uri = url.Contains('?') ? new Uri(url) : wanted.Object(wanted.Prefix);
            using var response = await http.SendAsync(Name, Request(uri), cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK || wanted.Prefix.Length == 0)
                throw refusal ?? (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound ? Nothing(wanted) : ResourceException.Refused(Name, response));
            if (response.Content.Headers.ContentLength is not { } size)
                throw new ResourceException($"{Name} does not tell how long it is, so it cannot be known when it has come whole.");
            // A file may name nothing but the place itself, and two the same one.
            var name = wanted.Prefix == place.Prefix ? wanted.Prefix[(wanted.Prefix.LastIndexOf('/') + 1)..] : wanted.Prefix[(place.Prefix.Length == 0 ? 0 : place.Prefix.Length + 1)..];
            var tag = response.Headers.ETag is { IsWeak: false } etag ? etag.Tag.Trim('"') : null;
            // Whoever speaks no S3 may make ETags of anything.
            var isStore = response.Headers.Contains("x-amz-request-id");
            var file = new RemoteFile(ResourcePath.Parse(name), size)
            {
                Version = tag ?? response.Content.Headers.LastModified?.ToString("O"),
                VersionIsETag = tag is not null,
                Digest = isStore ? FileDigest.OfETag(tag) : null,
                Request = () => Request(uri),
            };
            found[file.Path] = file;
        }
        return [.. found.Values];
    }

    private ResourceException Nothing(S3Place place) =>
        new($"{Name} has nothing named \"{place.Prefix}\". Check the URL, and the files where some are named.", HttpStatusCode.NotFound);

    private RemoteFile File(S3Place place, S3Object item, ResourcePath path) => new(path, item.Size)
    {
        Version = item.ETag,
        VersionIsETag = item.ETag is not null,
        Digest = FileDigest.OfETag(item.ETag),
        Request = () => Request((_movedTo is null ? place : place with { Bucket = _movedTo }).Object(item.Key)),
    };

    private HttpRequestMessage Request(Uri uri)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (_credentials is not null)
            S3Signature.Sign(request, _credentials, time.GetUtcNow());
        return request;
    }
}
