using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>A model of Ollama's registry, in the layout in which Ollama itself keeps its models.</summary>
internal sealed partial class OllamaSource(ResourceHttp http, Uri registry, string model) : IResourceSource
{
    // Ollama looks under this name whatever the mirror is called.
    private const string Host = "registry.ollama.ai";
    private const int MostManifestBytes = 4 * 1024 * 1024;
    private const int MostLayers = 1_000;
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";

    public string Name { get; } = $"The model {model}";

    public string Key { get; } = string.Join('\0', "Ollama", registry, model);

    public async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        if (Model().Match(model) is not { Success: true } match)
            throw new ResourceException($"\"{model}\" is no model of Ollama's registry: write NAME, NAME:TAG or OWNER/NAME:TAG.");
        var name = $"{(match.Groups["owner"] is { Success: true } owner ? owner.Value : "library")}/{match.Groups["name"].Value}";
        var tag = match.Groups["tag"] is { Success: true } given ? given.Value : "latest";
        var manifest = await ManifestAsync(name, tag, cancellationToken).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(manifest);
            JsonElement[] parts = [json.RootElement.GetProperty("config"), .. json.RootElement.GetProperty("layers").EnumerateArray()];
            if (parts.Length > MostLayers)
                throw Unreadable();
            var blobs = parts.Select(part => Blob(name, part.GetProperty("digest").GetString() ?? "", part.GetProperty("size").GetInt64())).DistinctBy(blob => blob.Path);
            return
            [
                .. blobs,
                new RemoteFile(ResourcePath.Parse($"manifests/{Host}/{name}/{tag}"), manifest.Length)
                {
                    Content = manifest,
                    Version = Convert.ToHexStringLower(SHA256.HashData(manifest)),
                },
            ];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Unreadable();
        }
    }

    private async Task<byte[]> ManifestAsync(string name, string tag, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(registry, $"v2/{name}/manifests/{tag}"));
        request.Headers.Accept.ParseAdd(ManifestType);
        using var response = await http.SendAsync(Name, request, cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode
            ? await http.ReadAsync(Name, response, MostManifestBytes, cancellationToken).ConfigureAwait(false)
            : throw ResourceException.Refused(Name, response);
    }

    private RemoteFile Blob(string name, string digest, long size) => Digest().IsMatch(digest) && size >= 0
        ? new RemoteFile(ResourcePath.Parse($"blobs/{digest.Replace(':', '-')}"), size)
        {
            Version = digest,
            Digest = FileDigest.Sha256(digest["sha256:".Length..]),
            Request = () => new HttpRequestMessage(HttpMethod.Get, new Uri(registry, $"v2/{name}/blobs/{digest}")),
        }
        : throw Unreadable();

    private ResourceException Unreadable() => new($"{Name}: {registry.Host} does not answer like Ollama's registry.");

    [GeneratedRegex(@"^(?:registry\.ollama\.ai/)?(?:(?<owner>[A-Za-z0-9][A-Za-z0-9._-]{0,79})/)?(?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,79})(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,79}))?$")]
    private static partial Regex Model();

    [GeneratedRegex("^sha256:[0-9a-f]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex Digest();
}
