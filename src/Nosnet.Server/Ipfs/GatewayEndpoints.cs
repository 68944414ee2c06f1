using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/ipfs/{cid}</c>: files by their content ids, for anybody.</summary>
internal static class GatewayEndpoints
{
    public static async Task<IResult> GetAsync(string cid, HttpContext http, ContentFiles files, CancellationToken cancellation)
    {
        if (!Cid.TryParse(cid, out var parsed))
            return Answers.Refuse(ErrorCode.InvalidParameter, $"'{PathValues.Shown(cid)}' is not a CIDv0; one starts with Qm and has 46 characters.");
        if (await files.OpenAsync(parsed, cancellation) is not { } file)
            return Answers.Refuse(ErrorCode.ContentNotFound, $"This network does not hold {parsed}. Pin it first (POST /pinning/pinFileToIPFS).");

        var sample = new byte[Math.Min(file.Length, ContentTypes.Sample)];
        await file.ReadExactlyAsync(sample, cancellation);
        file.Position = 0;
        var headers = http.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.XContentTypeOptions = "nosniff";
        // What anybody pinned must not act in the name of this server when somebody opens it.
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers["X-Ipfs-Path"] = $"/ipfs/{parsed}";
        return Results.Stream(file, ContentTypes.Of(sample, sample.Length == file.Length), entityTag: new EntityTagHeaderValue($"\"{parsed}\""), enableRangeProcessing: true);
    }
}
