using System.Text;

namespace Nosnet.Client;

/// <summary>Reads bodies that may be longer than anybody wants.</summary>
internal static class BoundedReading
{
    /// <summary>The whole body.</summary>
    /// <exception cref="NosanaException">It is longer than <paramref name="limit"/>.</exception>
    public static async Task<byte[]> BytesAsync(HttpContent content, long limit, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > limit)
            throw TooLong(limit);
        var (bytes, whole) = await ReadAsync(content, limit, cancellation).ConfigureAwait(false);
        return whole ? bytes : throw TooLong(limit);
    }

    /// <summary>The beginning of the body as text.</summary>
    public static async Task<string> TextAsync(HttpContent content, long limit, CancellationToken cancellation) =>
        Encoding.UTF8.GetString((await ReadAsync(content, limit, cancellation).ConfigureAwait(false)).Bytes);

    private static async Task<(byte[] Bytes, bool Whole)> ReadAsync(HttpContent content, long limit, CancellationToken cancellation)
    {
        var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream();
            var buffer = new byte[64 * 1024];
            while (await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var read)
            {
                if (bytes.Length + read > limit)
                    return (bytes.ToArray(), false);
                bytes.Write(buffer, 0, read);
            }
            return (bytes.ToArray(), true);
        }
    }

    private static NosanaException TooLong(long limit) =>
        new($"The answer is longer than the {limit / 1024 / 1024} MiB that this call takes.");
}
