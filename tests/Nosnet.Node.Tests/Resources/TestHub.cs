using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Nosnet.Node.Tests;

/// <summary>
/// A hub on this machine that answers as the Hugging Face hub and Ollama's registry do, as far as their documented APIs say: revisions and
/// trees in pages, small files straight, large ones by way of another host, manifests and blobs.
/// </summary>
public sealed class TestHub : IAsyncDisposable
{
    public const string Token = "hf_of_a_test";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private const int Page = 2;
    private const int LargeFrom = 100_000;

    private readonly WebApplication _app;
    private readonly Dictionary<string, byte[]> _manifests = [];
    private readonly Dictionary<string, byte[]> _blobs = [];

    public TestHub()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        // Two ports are two hosts to whoever decides where credentials may go.
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Use(async (context, next) =>
        {
            Requests.Enqueue(new SeenRequest(context.Request.Path, context.Request.Headers.Authorization.ToString(), context.Request.Headers.Range.ToString(), context.Connection.LocalPort));
            await next(context);
        });
        _app.MapGet("/api/models/{owner}/{name}/revision/{revision}", Revision);
        _app.MapGet("/api/models/{owner}/{name}/tree/{commit}", Tree);
        _app.MapGet("/{owner}/{name}/resolve/{commit}/{**path}", Resolve);
        _app.MapGet("/cdn/{**path}", (string path) => new Slow(Files[path], this));
        _app.MapGet("/v2/{owner}/{name}/manifests/{tag}", (string owner, string name, string tag) =>
            _manifests.TryGetValue($"{owner}/{name}:{tag}", out var manifest) ? Results.Bytes(manifest, "application/vnd.docker.distribution.manifest.v2+json") : Results.NotFound());
        _app.MapGet("/v2/{owner}/{name}/blobs/{digest}", (string digest) => Results.Redirect($"{Cdn}v2-blob/{digest}", permanent: false, preserveMethod: true));
        _app.MapGet("/v2-blob/{digest}", (string digest) => _blobs.TryGetValue(digest, out var blob) ? new Slow(blob, this) : Results.NotFound());
        _app.MapGet("/to/{**url}", (string url) => Results.Redirect(url));
        _app.MapGet("/plain/{**path}", (string path) => Files.TryGetValue(path, out var bytes) ? new Slow(bytes, this) : Results.NotFound());
    }

    /// <summary>The files of the repository <c>owner/model</c>.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Whether only those may read who show the token.</summary>
    public bool IsPrivate { get; set; }

    /// <summary>The files whose hashes are told wrongly.</summary>
    public HashSet<string> Wrong { get; } = [];

    /// <summary>How many answers break off, after so many bytes.</summary>
    public int BreaksOff { get; set; }

    public int BreaksAfter { get; set; } = 50_000;

    /// <summary>How many requests are answered with 503 before others are answered well.</summary>
    public int Failures { get; set; }

    /// <summary>Answers wait for it in the middle.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    public Uri Url => new(_app.Urls.First() + "/");

    public Uri Cdn => new(_app.Urls.Last() + "/");

    public Task StartAsync() => _app.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Makes a model of Ollama's with a config and one layer.</summary>
    public void AddModel(string name, byte[] layer)
    {
        var config = Encoding.UTF8.GetBytes($$"""{"model_format":"gguf","name":"{{name}}"}""");
        _manifests[name] = Encoding.UTF8.GetBytes(
            $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
            "config":{"mediaType":"application/vnd.docker.container.image.v1+json","digest":"{{AddBlob(config)}}","size":{{config.Length}}},
            "layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"{{AddBlob(layer)}}","size":{{layer.Length}}}]}
            """);
    }

    private string AddBlob(byte[] blob)
    {
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(blob));
        _blobs[digest] = blob;
        return digest;
    }

    private IResult? Refusal(HttpContext context)
    {
        if (Failures > 0)
        {
            Failures--;
            return Results.StatusCode(503);
        }
        return IsPrivate && context.Request.Headers.Authorization != $"Bearer {Token}" ? new Gated() : null;
    }

    private IResult Revision(HttpContext context, string owner, string name, string revision) =>
        $"{owner}/{name}" != "owner/model" || revision is not ("main" or "v1" or Commit)
            ? Results.NotFound()
            : Refusal(context) ?? Results.Content($$"""{"id":"{{owner}}/{{name}}","sha":"{{Commit}}"}""", "application/json");

    private IResult Tree(HttpContext context, string owner, string name, int cursor = 0)
    {
        if (Refusal(context) is { } refusal)
            return refusal;
        var entries = Files.OrderBy(file => file.Key, StringComparer.Ordinal).Skip(cursor).Take(Page).Select(file => Entry(file.Key, file.Value));
        if (cursor + Page < Files.Count)
            context.Response.Headers.Link = $"<{Url}api/models/{owner}/{name}/tree/{Commit}?recursive=true&cursor={cursor + Page}>; rel=\"next\"";
        return Results.Content($"[{string.Join(',', entries.Prepend("""{"type":"directory","oid":"0","size":0,"path":"dir"}"""))}]", "application/json");
    }

    private string Entry(string path, byte[] bytes)
    {
        var told = Wrong.Contains(path) ? Bytes(bytes.Length, 99) : bytes;
        var blob = Convert.ToHexStringLower(Git(told));
        return bytes.Length < LargeFrom
            ? $$"""{"type":"file","oid":"{{blob}}","size":{{bytes.Length}},"path":"{{path}}"}"""
            : $$"""{"type":"file","oid":"{{Convert.ToHexStringLower(Git([1]))}}","size":{{bytes.Length}},"path":"{{path}}","lfs":{"oid":"{{Convert.ToHexStringLower(SHA256.HashData(told))}}","size":{{bytes.Length}},"pointerSize":134} }""";
    }

    private static byte[] Git(byte[] bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {bytes.Length}\0")));
        hash.AppendData(bytes);
        return hash.GetHashAndReset();
    }

    private IResult Resolve(HttpContext context, string path)
    {
        if (Refusal(context) is { } refusal)
            return refusal;
        if (!Files.TryGetValue(path, out var bytes))
            return Results.NotFound();
        return bytes.Length < LargeFrom ? Results.Bytes(bytes, enableRangeProcessing: true) : Results.Redirect($"{Cdn}cdn/{path}");
    }

    private sealed class Gated : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = 401;
            httpContext.Response.Headers["X-Error-Code"] = "GatedRepo";
            return Task.CompletedTask;
        }
    }

    /// <summary>A body with ranges that can break off, or wait, in the middle.</summary>
    private sealed class Slow(byte[] bytes, TestHub hub) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var range = httpContext.Request.GetTypedHeaders().Range?.Ranges.Single();
            var from = (int)(range?.From ?? 0);
            httpContext.Response.StatusCode = range is null ? 200 : 206;
            var half = Math.Min(hub.BreaksAfter, bytes.Length - from);
            var end = hub.BreaksOff-- > 0 ? from + half : bytes.Length;
            httpContext.Response.ContentLength = end - from;
            if (range is not null)
                httpContext.Response.Headers.ContentRange = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
            await httpContext.Response.Body.WriteAsync(bytes.AsMemory(from, half));
            await httpContext.Response.Body.FlushAsync();
            if (hub.Gate is { } gate)
                await gate.Task.WaitAsync(httpContext.RequestAborted);
            await httpContext.Response.Body.WriteAsync(bytes.AsMemory(from + half, end - from - half));
        }
    }
}

public sealed record SeenRequest(string Path, string Authorization, string Range, int Port);
