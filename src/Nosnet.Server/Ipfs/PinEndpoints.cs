using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/pinning</c>, in Pinata's shape.</summary>
internal static class PinEndpoints
{
    /// <summary>What a multipart body may have beside the file.</summary>
    private const long Overhead = 64 * 1024;
    private const int MostParts = 32;
    private const int LongestBoundary = 200;

    public static async Task<IResult> PinJsonAsync(HttpContext http, ContentFiles files, Names names, ServerOptions options, CancellationToken cancellation)
    {
        await using var limited = new CountedStream(http.Request.Body, options.Limits.PinBytes);
        using var body = new MemoryStream();
        await limited.CopyToAsync(body, cancellation);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (bytes.IsEmpty)
            return Answers.Refuse(ErrorCode.MalformedRequest, "The request has no body. Send the JSON that is to be pinned.");
        if (!TryContent(bytes, out var content, out var refusal))
            return Answers.Refuse(refusal!);
        using var file = new MemoryStream(content, writable: false);
        return await PinAsync(file, http, files, names, cancellation);
    }

    public static async Task<IResult> PinFileAsync(HttpContext http, ContentFiles files, Names names, ServerOptions options, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= LongestBoundary } boundary)
        {
            return Answers.Refuse(ErrorCode.UnsupportedMediaType, "Send the file as multipart/form-data, in a part with the name 'file'.");
        }

        try
        {
            await using var body = new CountedStream(http.Request.Body, options.Limits.PinBytes + Overhead);
            var reader = new MultipartReader(boundary.ToString(), body);
            for (var parts = 0; parts < MostParts && await reader.ReadNextSectionAsync(cancellation) is { } part; parts++)
            {
                if (part.GetContentDispositionHeader() is not { } disposition || HeaderUtilities.RemoveQuotes(disposition.Name) != "file")
                    continue;
                await using var file = new CountedStream(part.Body, options.Limits.PinBytes);
                return await PinAsync(file, http, files, names, cancellation);
            }
        }
        catch (Exception failure) when (failure is InvalidDataException || (failure is IOException and not BadHttpRequestException && !cancellation.IsCancellationRequested))
        {
            return Answers.Refuse(ErrorCode.MalformedRequest, "The body is not the multipart/form-data that its header announces. Send it again.");
        }

        return Answers.Refuse(ErrorCode.MalformedRequest, "The body has no part with the name 'file'.");
    }

    private static async Task<IResult> PinAsync(Stream content, HttpContext http, ContentFiles files, Names names, CancellationToken cancellation)
    {
        var account = http.Identity() switch
        {
            { Key: { } key } => key.Account,
            { Node: { } node } => (await names.FindNodeAsync(node, cancellation))!.Account,
            _ => throw new InvalidOperationException("The route lets nobody in without credentials."),
        };
        var pin = await files.PinAsync(content, account, cancellation);
        return Answers.Ok(new Pinned(pin.Root, pin.Size, pin.At), ProtocolJson.Default.Pinned);
    }

    /// <summary>What is to be pinned: the body's own bytes, so that their CID is known beforehand, or the value of <c>pinataContent</c>.</summary>
    private static bool TryContent(ReadOnlyMemory<byte> body, out byte[] content, out Refusal? refusal)
    {
        (content, refusal) = ([], null);
        try
        {
            using var json = JsonDocument.Parse(body);
            content = json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty("pinataContent", out var wrapped)
                ? JsonSerializer.SerializeToUtf8Bytes(wrapped, ProtocolJson.Default.JsonElement)
                : body.ToArray();
            return true;
        }
        catch (JsonException failure)
        {
            refusal = new Refusal(ErrorCode.MalformedRequest, $"The body is not valid JSON from line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1} on.");
            return false;
        }
    }
}
