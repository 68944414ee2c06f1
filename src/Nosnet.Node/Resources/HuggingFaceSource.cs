using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Files of a repository on a Hugging Face hub: of the models, or of the datasets where there is no model of that name.</summary>
internal sealed partial class HuggingFaceSource(ResourceHttp http, Uri hub, HuggingFaceResource resource) : IResourceSource
{
    private const int MostPageBytes = 16 * 1024 * 1024;
    private const int MostFiles = 100_000;

    // A page has 1,000 entries at most; twice as many as that takes, since directories are among them.
    private const int MostPages = 2 * MostFiles / 1000;

    private readonly string _revision = string.IsNullOrEmpty(resource.Revision) ? "main" : resource.Revision;

    public string Name { get; } = $"The repository {resource.Repo}";

    public string Key { get; } = string.Join('\0', (string?[])["HF", hub.ToString(), resource.Repo, resource.Revision, string.Join('\n', resource.Files), resource.AccessToken]);

    public async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        if (!Repository().IsMatch(resource.Repo))
            throw new ResourceException($"\"{resource.Repo}\" is no repository of a Hugging Face hub: write OWNER/NAME.");
        var (kind, commit) = await CommitAsync(cancellationToken).ConfigureAwait(false);
        var all = await TreeAsync(kind, commit, cancellationToken).ConfigureAwait(false);
        if (resource.Files.FirstOrDefault(wanted => !all.Any(file => IsIn(file, wanted))) is { } missing)
            throw new ResourceException($"{Name} has no file or directory \"{missing}\" in {_revision}.", HttpStatusCode.NotFound);
        return resource.Files.Count == 0 ? all : [.. all.Where(file => resource.Files.Any(wanted => IsIn(file, wanted)))];
    }

    private static bool IsIn(RemoteFile file, string wanted) =>
        file.Path.ToString() == wanted || file.Path.ToString().StartsWith(wanted.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>The commit that the revision is now, so that all files are of the same one.</summary>
    private async Task<(string Kind, string Commit)> CommitAsync(CancellationToken cancellationToken)
    {
        ResourceException? refusal = null;
        foreach (var kind in (string[])["models", "datasets"])
        {
            using var response = await http.SendAsync(Name, Request($"api/{kind}/{resource.Repo}/revision/{Uri.EscapeDataString(_revision)}"), cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                using var json = await JsonAsync(response, cancellationToken).ConfigureAwait(false);
                return Sha(json.RootElement) is { } commit && Commit().IsMatch(commit) ? (kind, commit) : throw Unreadable();
            }
            refusal ??= ResourceException.Refused($"{Name} in {_revision}", response, ErrorCode(response));
            // The hub says 401, not 404, of what is not there to whoever is not logged in.
            if (response.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.Unauthorized))
                break;
        }
        throw refusal!;
    }

    private async Task<List<RemoteFile>> TreeAsync(string kind, string commit, CancellationToken cancellationToken)
    {
        var files = new List<RemoteFile>();
        var next = new Uri(hub, $"api/{kind}/{resource.Repo}/tree/{commit}?recursive=true");
        for (var pages = 0; next is not null; pages++)
        {
            if (pages == MostPages)
                throw new ResourceException($"The list of what {Name} holds has not come to its end after {MostPages} pages, so it cannot be a resource.");
            using var response = await http.SendAsync(Name, Request(next), cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw ResourceException.Refused(Name, response, ErrorCode(response));
            using var json = await JsonAsync(response, cancellationToken).ConfigureAwait(false);
            if (json.RootElement.ValueKind != JsonValueKind.Array)
                throw Unreadable();
            try
            {
                files.AddRange(json.RootElement.EnumerateArray().Where(entry => entry.GetProperty("type").GetString() == "file").Select(entry => File(kind, commit, entry)));
            }
            catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw Unreadable();
            }
            if (files.Count > MostFiles)
                throw new ResourceException($"{Name} holds more than {MostFiles} files, which is more than a resource may. Name the files that you need.");
            next = Next(next, response);
        }
        return files;
    }

    private RemoteFile File(string kind, string commit, JsonElement entry)
    {
        var path = ResourcePath.Parse(entry.GetProperty("path").GetString() ?? "");
        // Large files have a hash of their own beside that of git, which is then of the pointer to them.
        var large = entry.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object ? lfs : default(JsonElement?);
        var size = (large ?? entry).GetProperty("size").GetInt64();
        if (size < 0)
            throw Unreadable();
        var hash = (large ?? entry).GetProperty("oid").GetString() ?? "";
        var url = $"{(kind == "datasets" ? "datasets/" : "")}{resource.Repo}/resolve/{commit}/{string.Join('/', path.ToString().Split('/').Select(Uri.EscapeDataString))}";
        return new RemoteFile(path, size)
        {
            Version = hash,
            Digest = large is null ? FileDigest.GitBlob(hash, size) : FileDigest.Sha256(hash),
            Request = () => Request(url),
        };
    }

    private static string? Sha(JsonElement revision)
    {
        try
        {
            return revision.ValueKind == JsonValueKind.Object && revision.TryGetProperty("sha", out var sha) ? sha.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // It is no text, or none in Unicode.
        }
    }

    private static Uri? Next(Uri page, HttpResponseMessage response) =>
        response.Headers.TryGetValues("Link", out var links) && NextLink().Match(string.Join(',', links)) is { Success: true } match
        && Uri.TryCreate(page, match.Groups["url"].Value, out var next) && next != page
            ? next
            : null;

    private static string? ErrorCode(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Error-Code", out var codes) && codes.First() is { Length: > 0 and < 60 } code && code.All(char.IsAsciiLetterOrDigit) ? code : null;

    private async Task<JsonDocument> JsonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return JsonDocument.Parse(await http.ReadAsync(Name, response, MostPageBytes, cancellationToken).ConfigureAwait(false));
        }
        catch (JsonException)
        {
            throw Unreadable();
        }
    }

    private ResourceException Unreadable() => new($"{Name}: {hub.Host} does not answer like a Hugging Face hub.");

    private HttpRequestMessage Request(string path) => Request(new Uri(hub, path));

    private HttpRequestMessage Request(Uri uri)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        // A page may lead to another host; the token is for the hub alone.
        if (!string.IsNullOrEmpty(resource.AccessToken) && uri.Authority == hub.Authority && uri.Scheme == hub.Scheme)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {resource.AccessToken}");
        return request;
    }

    [GeneratedRegex("^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,95}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,95}$", RegexOptions.NonBacktracking)]
    private static partial Regex Repository();

    [GeneratedRegex("^[0-9a-f]{7,64}$", RegexOptions.NonBacktracking)]
    private static partial Regex Commit();

    [GeneratedRegex("<(?<url>[^>]+)>;\\s*rel=\"next\"", RegexOptions.NonBacktracking)]
    private static partial Regex NextLink();
}
