using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Nosnet.Node.Tests;

/// <summary>An image registry on this machine, with images that it hands out as slowly as it is told.</summary>
public sealed class TestRegistry : IAsyncDisposable
{
    public const string User = "user";
    public const string Password = "secret";

    private readonly ConcurrentDictionary<string, byte[]> _blobs = [];
    private readonly ConcurrentDictionary<string, byte[]> _open = [];
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _closed = [];

    public TestRegistry()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        // Asks for a login, as a client otherwise sends none, and does not insist on it but for what is locked.
        _app.MapGet("/v2/", (HttpContext context) =>
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"test\"";
            return Refused(401, "UNAUTHORIZED", "authentication required");
        });
        _app.MapMethods("/v2/{name}/manifests/{tag}", ["GET", "HEAD"], (string name, string tag) =>
            _open.TryGetValue(name, out var manifest) && (tag is "latest" || tag == Digest(manifest))
                ? Results.Bytes(manifest, "application/vnd.docker.distribution.manifest.v2+json")
                : Refused(404, "MANIFEST_UNKNOWN", "manifest unknown to this registry"));
        _app.MapGet("/v2/{name}/blobs/{digest}", (string digest) =>
            _blobs.TryGetValue(digest, out var blob)
                ? Results.Bytes(blob, "application/octet-stream")
                : Refused(404, "BLOB_UNKNOWN", "blob unknown"));
        _app.MapMethods("/v2/closed/manifests/{tag}", ["GET", "HEAD"], (HttpContext context, string tag) =>
            !IsLetIn(context) ? Refused(401, "UNAUTHORIZED", "authentication required")
            : tag is "latest" || tag == Digest(_closed) ? Results.Bytes(_closed, "application/vnd.docker.distribution.manifest.v2+json")
            : Refused(404, "MANIFEST_UNKNOWN", "manifest unknown to this registry"));
        _app.MapGet("/v2/closed/blobs/{digest}", (HttpContext context, string digest) =>
            IsLetIn(context) && _blobs.TryGetValue(digest, out var blob)
                ? Results.Bytes(blob, "application/octet-stream")
                : Refused(404, "BLOB_UNKNOWN", "blob unknown"));
        _app.MapMethods("/v2/silent/{**rest}", ["GET", "HEAD"], async (HttpContext context) =>
        {
            _asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        _app.MapMethods("/v2/locked/{**rest}", ["GET", "HEAD"], (HttpContext context) =>
            IsLetIn(context)
                ? Refused(404, "MANIFEST_UNKNOWN", "let in, but there is nothing")
                : Refused(403, "DENIED", "requested access to the resource is denied"));
    }

    /// <summary>Host and port, as they stand in an image's name.</summary>
    public string Host => new Uri(_app.Urls.Single()).Authority;

    /// <summary>Completes when it is asked for the image "silent", to which it never answers.</summary>
    public Task AskedForSilence => _asked.Task;

    public async Task StartAsync()
    {
        await _app.StartAsync();
        _closed = await MakeImageAsync();
    }

    /// <summary>Makes an image that anybody may have, and nobody else asks for, and gives its name.</summary>
    public async Task<string> AddImageAsync()
    {
        var name = $"open-{Guid.NewGuid():n}";
        _open[name] = await MakeImageAsync();
        return $"{Host}/{name}";
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<byte[]> MakeImageAsync()
    {
        using var tar = new MemoryStream();
        await BusyboxTar.WriteAsync(tar, "/bin/busybox", await BusyboxTar.AppletsAsync("/bin/busybox", default), default);
        var layer = Add(tar.ToArray());
        // Podman fails where it finds a registry's image under another name already; a mark of its own makes this one new every time.
        var config = Add(Encoding.UTF8.GetBytes(
            $$"""{"architecture":"amd64","os":"linux","author":"{{Guid.NewGuid()}}","config":{"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":["{{layer.Digest}}"] } }"""));
        return Encoding.UTF8.GetBytes(
            $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
            "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":{{config.Size}},"digest":"{{config.Digest}}"},
            "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":{{layer.Size}},"digest":"{{layer.Digest}}"}]}
            """);
    }

    private static bool IsLetIn(HttpContext context) =>
        context.Request.Headers.Authorization == $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{User}:{Password}"))}";

    private (string Digest, int Size) Add(byte[] blob)
    {
        _blobs[Digest(blob)] = blob;
        return (Digest(blob), blob.Length);
    }

    private static string Digest(byte[] blob) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(blob));

    private static IResult Refused(int status, string code, string message) =>
        Results.Content($$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}""", "application/json", Encoding.UTF8, status);
}
