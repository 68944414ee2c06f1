using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Signs reading requests to an S3 store: Amazon's signature, version 4, of a request without a body.</summary>
internal static class S3Signature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string SignedHeaders = "host;x-amz-content-sha256;x-amz-date";
    private const string NoBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    public static void Sign(HttpRequestMessage request, S3Credentials credentials, DateTimeOffset now)
    {
        var (uri, time) = (request.RequestUri!, now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        var scope = $"{time[..8]}/{(credentials.Region.Length == 0 ? "us-east-1" : credentials.Region)}/s3/aws4_request";
        var canonical =
            $"{request.Method}\n{uri.AbsolutePath}\n{Query(uri)}\nhost:{uri.Authority}\nx-amz-content-sha256:{NoBody}\nx-amz-date:{time}\n\n{SignedHeaders}\n{NoBody}";
        var signature = Convert.ToHexStringLower(Hmac(Key(credentials.SecretAccessKey, scope), $"{Algorithm}\n{time}\n{scope}\n{Hash(canonical)}"));

        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", NoBody);
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"{Algorithm} Credential={credentials.AccessKeyId}/{scope}, SignedHeaders={SignedHeaders}, Signature={signature}");
    }

    private static string Query(Uri uri) => string.Join('&', uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Contains('=') ? pair : pair + "=").Order(StringComparer.Ordinal));

    private static byte[] Key(string secret, string scope)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope.Split('/'))
            key = Hmac(key, part);
        return key;
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
