using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Files on IPFS: pins them, and reads them by their CID.</summary>
/// <remarks>
/// What is pinned is public to whoever knows its CID. No secret belongs into it. On a Nosnet network the CID is computed here as well, when
/// pinning and when reading, so that a file is never taken for another.
/// </remarks>
public sealed class IpfsClient
{
    private readonly Transport _transport;
    private readonly Func<CancellationToken, Task<string>>? _token;

    internal IpfsClient(Transport transport, Func<CancellationToken, Task<string>>? token = null)
    {
        _transport = transport;
        _token = token;
    }

    private Connection Connection => _transport.Connection;

    /// <summary>Pins a job definition.</summary>
    /// <exception cref="NosanaException"><see cref="ErrorCode.InvalidDefinition"/>: it cannot be run; nothing was sent. Its details name everything that is wrong.</exception>
    public Task<Cid> AddAsync(JobDefinition definition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return AddDefinitionAsync(definition.ToUtf8Bytes(), cancellationToken);
    }

    /// <summary>Pins a job definition that is at hand as JSON, as it is.</summary>
    /// <inheritdoc cref="AddAsync(JobDefinition, CancellationToken)"/>
    public Task<Cid> AddAsync(JsonElement definition, CancellationToken cancellationToken = default) =>
        AddDefinitionAsync(Utf8(definition), cancellationToken);

    /// <summary>Pins a job definition that is at hand as JSON.</summary>
    /// <inheritdoc cref="AddAsync(JobDefinition, CancellationToken)"/>
    public Task<Cid> AddAsync(JsonNode definition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return AddDefinitionAsync(Encoding.UTF8.GetBytes(definition.ToJsonString()), cancellationToken);
    }

    /// <summary>Pins any JSON, be it a job definition or not.</summary>
    public Task<Cid> AddJsonAsync(JsonElement json, CancellationToken cancellationToken = default) =>
        AddJsonAsync(Utf8(json), IsWrapped(json), cancellationToken);

    /// <summary>Pins any JSON, be it a job definition or not.</summary>
    public Task<Cid> AddJsonAsync(JsonNode json, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(json);
        return AddJsonAsync(JsonElement.Parse(json.ToJsonString()), cancellationToken);
    }

    /// <summary>Pins a file, from where the stream stands to its end.</summary>
    public async Task<Cid> AddAsync(Stream file, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        var call = await PinAsync("pinning/pinFileToIPFS", cancellationToken).ConfigureAwait(false);
        using var content = new BorrowedContent(file);
        return await PinnedAsync(call with { Body = () => Multipart(content), BodyIsReadOnce = true }, () => content.Cid, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Pins the file at a path.</summary>
    public async Task<Cid> AddFileAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using (file.ConfigureAwait(false))
            return await AddAsync(file, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The content of a file as a stream, not verified; dispose of it. A read to which nothing comes for 90 s ends with a <see cref="NosanaConnectionException"/>.</summary>
    /// <exception cref="NosanaNotFoundException">The gateway does not find it.</exception>
    public Task<Stream> GetAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        var call = Gateway(cid);
        return _transport.RunAsync<Stream>(
            call,
            async (response, token) => new AnswerStream(call, await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false), Connection.Time),
            cancellationToken);
    }

    /// <summary>The JSON document with this CID.</summary>
    /// <exception cref="NosanaNotFoundException">The gateway does not find it.</exception>
    /// <exception cref="NosanaException">It is no JSON.</exception>
    public async Task<JsonElement> ReadJsonAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        var bytes = await ReadAsync(cid, Answers.MaxBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonElement.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new NosanaException($"{cid} is not JSON: {FailureReading.Clean(e.Message)}", e);
        }
    }

    /// <summary>The whole content of a file.</summary>
    /// <param name="cid">The file.</param>
    /// <param name="maxBytes">What is longer is refused.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NosanaNotFoundException">The gateway does not find it.</exception>
    /// <exception cref="NosanaException">It is longer than <paramref name="maxBytes"/>, or not the file that was asked for.</exception>
    public async Task<byte[]> ReadAsync(Cid cid, long maxBytes = 64 * 1024 * 1024, CancellationToken cancellationToken = default)
    {
        var bytes = await _transport.BytesAsync(Gateway(cid), maxBytes, cancellationToken).ConfigureAwait(false);
        return Connection.ServesOwnContent && UnixFsImporter.CidOf(bytes) is var given && given != cid ? throw Wrong(cid, given) : bytes;
    }

    /// <summary>Saves a file at a path, over one that is there. It appears when it is whole, or not at all.</summary>
    /// <exception cref="NosanaNotFoundException">The gateway does not find it.</exception>
    /// <exception cref="NosanaException">It is not the file that was asked for, or its connection was lost: also where nothing came for 90 s.</exception>
    public async Task SaveAsync(Cid cid, string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var content = await GetAsync(cid, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            // A name that nobody else has, so that what is removed where this fails is its own.
            var part = $"{path}.{Path.GetRandomFileName()}.part";
            var file = new FileStream(part, FileMode.CreateNew);
            try
            {
                var given = await PassAsync(content, file, cancellationToken).ConfigureAwait(false);
                if (Connection.ServesOwnContent && given != cid)
                    throw Wrong(cid, given);
                File.Move(part, path, overwrite: true);
            }
            catch
            {
                File.Delete(part);
                throw;
            }
        }
    }

    private static async Task<Cid> PassAsync(Stream content, FileStream file, CancellationToken cancellation)
    {
        await using (file.ConfigureAwait(false))
            return (await UnixFsImporter.ImportAsync(new PassingStream(content, file), _ => ValueTask.CompletedTask, cancellation).ConfigureAwait(false)).Root;
    }

    private Task<Cid> AddDefinitionAsync(byte[] utf8, CancellationToken cancellation)
    {
        Check(utf8);
        return AddJsonAsync(utf8, wrapped: false, cancellation);
    }

    /// <exception cref="NosanaException">It cannot be run.</exception>
    internal static void Check(byte[] utf8)
    {
        var findings = JobDefinitionParser.Parse(utf8).Findings;
        if (findings.Count == 0)
            return;
        throw new NosanaException(
            $"The job definition cannot be used; {(findings.Count == 1 ? "one thing is" : $"{findings.Count} things are")} wrong with it. {string.Join(" ", findings)}")
        {
            Code = ErrorCode.InvalidDefinition.Code,
            Details = [.. findings.Select(f => new ErrorDetail(f.Path, $"found {f.Found}; allowed: {f.Allowed}."))],
        };
    }

    private async Task<Cid> AddJsonAsync(byte[] utf8, bool wrapped, CancellationToken cancellation)
    {
        // The pin API takes a "pinataContent" for the document itself: a document that has one goes as a file, which is never unwrapped.
        var call = await PinAsync(wrapped ? "pinning/pinFileToIPFS" : "pinning/pinJSONToIPFS", cancellation).ConfigureAwait(false);
        call = call with { Body = () => wrapped ? Multipart(new ByteArrayContent(utf8)) : Call.Json(utf8) };
        return await PinnedAsync(call, () => UnixFsImporter.CidOf(utf8), cancellation).ConfigureAwait(false);
    }

    private async Task<Call> PinAsync(string path, CancellationToken cancellation) => new(HttpMethod.Post, new Uri(Connection.IpfsApiUrl, path))
    {
        Token = _token is null ? Connection.IpfsToken : await _token(cancellation).ConfigureAwait(false),
    };

    private Call Gateway(Cid cid) => new(HttpMethod.Get, new Uri(Connection.GatewayUrl, cid.ToString())) { Accept = "*/*", MayLeaveHost = true };

    /// <summary>Pins, and checks the CID where the network pins exactly what it was sent; pin services write JSON anew.</summary>
    private async Task<Cid> PinnedAsync(Call call, Func<Cid?> sent, CancellationToken cancellation)
    {
        var wire = await _transport.ObjectAsync(call, cancellation).ConfigureAwait(false);
        var text = wire.Text("IpfsHash") ?? throw Answers.Unreadable(call, "it names no IpfsHash");
        if (!Cid.TryParse(text, out var cid))
            throw Answers.Unreadable(call, $"'{FailureReading.Clean(text)}' is not a CIDv0");
        if (Connection.PinsExactBytes && sent() is { } expected && expected != cid)
            throw new NosanaException($"The network says that it pinned {cid}, but the CID of what it was sent is {expected}. Do not use it.");
        return cid;
    }

    private static NosanaException Wrong(Cid asked, Cid given) =>
        new($"What the gateway gave for {asked} is another file, {given}, or a part of it.");

    private static MultipartFormDataContent Multipart(HttpContent file)
    {
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { { file, "file", "blob" } };
    }

    private static byte[] Utf8(JsonElement json) => Encoding.UTF8.GetBytes(json.GetRawText());

    private static bool IsWrapped(JsonElement json) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty("pinataContent", out _);
}
