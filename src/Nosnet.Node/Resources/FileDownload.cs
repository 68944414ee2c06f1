using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Nosnet.Node;

/// <summary>Downloads one file to a place on disk: goes on where an earlier try broke off, and believes nothing that does not hash as it should.</summary>
internal sealed class FileDownload(ResourceHttp http, TimeProvider time)
{
    private const int BufferBytes = 128 * 1024;

    // A store from which less than this comes in that time might as well have broken off.
    private const int LeastBytes = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Sees to it that <paramref name="path"/> holds the whole file.</summary>
    /// <param name="what">What it belongs to, for people.</param>
    /// <param name="file">The file.</param>
    /// <param name="path">Where it goes; what is there already is its beginning.</param>
    /// <param name="arrived">Told of bytes that have come; fewer than none where what had come was of no use.</param>
    /// <param name="cancellationToken">Breaks it off; what has come stays.</param>
    /// <exception cref="ResourceException">It did not come, or not as it should.</exception>
    public async Task RunAsync(string what, RemoteFile file, string path, Action<long> arrived, CancellationToken cancellationToken)
    {
        var output = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        await using var _ = output.ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(file.Digest?.Algorithm ?? HashAlgorithmName.SHA256);
        if (output.Length > file.Size)
            output.SetLength(0);
        await BeginAsync(output, hash, file, cancellationToken).ConfigureAwait(false);
        arrived(output.Length);
        var earlier = output.Length;
        var isDigestKnown = file.Digest is not null;
        if (file.Content is { } content)
            await output.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        else if (output.Length < file.Size)
            isDigestKnown &= await ReceiveAsync(what, file, output, hash, arrived, cancellationToken).ConfigureAwait(false);
        if (file.Content is null && isDigestKnown && Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Digest!.Hex)
        {
            arrived(-output.Length);
            output.SetLength(0);
            throw new ResourceException(
                $"{what}: what came as {file.Path} is not what the store says it is ({file.Digest.Algorithm.Name} differs). Upload it again, or tell whoever runs the store.")
            {
                // What an earlier try left may have been at fault.
                MayPass = earlier > 0,
            };
        }
        output.Flush(flushToDisk: true);
    }

    private static async Task BeginAsync(FileStream output, IncrementalHash hash, RemoteFile file, CancellationToken cancellationToken)
    {
        if (file.Digest is null)
        {
            output.Position = output.Length;
            return;
        }
        hash.AppendData(file.Digest.Before.Span);
        var buffer = new byte[BufferBytes];
        while (await output.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            hash.AppendData(buffer, 0, read);
    }

    /// <summary>Gets what is missing; says whether the digest holds for what this store sends.</summary>
    private async Task<bool> ReceiveAsync(
        string what, RemoteFile file, FileStream output, IncrementalHash hash, Action<long> arrived, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(what, Request(file, output.Length), either.Token).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                arrived(-output.Length);
                output.SetLength(0);
                throw new ResourceException($"{what}: {file.Path} changed while it was downloaded. Post the job again.", response.StatusCode) { MayPass = true };
            }
            if (!response.IsSuccessStatusCode)
                throw ResourceException.Refused($"{what}: {file.Path}", response);
            if (output.Length > 0 && (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != output.Length))
                StartAgain(file, output, hash, arrived);
            await CopyAsync(what, file, response, output, hash, arrived, patience, either.Token).ConfigureAwait(false);
            return file.Digest is not { UnlessEncrypted: true } || !IsEncrypted(response);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ResourceException($"{what}: {file.Path} came to a standstill.") { MayPass = true };
        }
    }

    private static HttpRequestMessage Request(RemoteFile file, long from)
    {
        var request = file.Request();
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        if (file.VersionIsETag)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{file.Version}\"");
        return request;
    }

    private static void StartAgain(RemoteFile file, FileStream output, IncrementalHash hash, Action<long> arrived)
    {
        arrived(-output.Length);
        output.SetLength(0);
        hash.GetHashAndReset();
        hash.AppendData(file.Digest is null ? default : file.Digest.Before.Span);
    }

    private static async Task CopyAsync(
        string what,
        RemoteFile file,
        HttpResponseMessage response,
        FileStream output,
        IncrementalHash hash,
        Action<long> arrived,
        CancellationTokenSource patience,
        CancellationToken cancellationToken)
    {
        var input = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = input.ConfigureAwait(false);
        var buffer = new byte[BufferBytes];
        var sinceLast = 0;
        while (await ReadAsync(what, file, input, buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            if (output.Position + read > file.Size)
                throw new ResourceException(string.Create(CultureInfo.InvariantCulture, $"{what}: {file.Path} is longer than the {file.Size} bytes that the store told."));
            await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            hash.AppendData(buffer, 0, read);
            arrived(read);
            if ((sinceLast += read) < LeastBytes)
                continue;
            sinceLast = 0;
            patience.CancelAfter(Patience);
        }
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (output.Position < file.Size)
            throw new ResourceException($"{what}: {file.Path} broke off.") { MayPass = true };
    }

    // Apart from what the disk throws, which does not pass by trying again.
    private static async Task<int> ReadAsync(string what, RemoteFile file, Stream input, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw ResourceException.Broken($"{what}: {file.Path}", e);
        }
    }

    // With keys that the store keeps to itself, an ETag looks the same and is no hash of the object.
    private static bool IsEncrypted(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-amz-server-side-encryption", out var how) && how.Any(value => value.StartsWith("aws:kms", StringComparison.Ordinal))
        || response.Headers.Contains("x-amz-server-side-encryption-customer-algorithm");
}
