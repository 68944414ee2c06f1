using System.Net;
using System.Security.Cryptography;
using Nosnet.TestService;

namespace Nosnet.EndToEnd;

/// <summary>A body that may stop before its first piece until it is let go on.</summary>
internal sealed class PatternContent(long count) : HttpContent
{
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource? Until { get; init; }

    /// <summary>Completes when it has begun to be sent.</summary>
    public Task Began => _began.Task;

    /// <summary>The SHA-256 of so many bytes of it.</summary>
    public static async Task<string> SumAsync(long count)
    {
        using var hash = SHA256.Create();
        await using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            await Pattern.WriteAsync(stream, count, ServiceFixture.Cancelled);
        return Convert.ToHexStringLower(hash.Hash!);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        if (Until is not null)
        {
            await stream.FlushAsync(ServiceFixture.Cancelled);
            _began.TrySetResult();
            await Until.Task;
        }
        await Pattern.WriteAsync(stream, count, ServiceFixture.Cancelled);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = count;
        return true;
    }
}
