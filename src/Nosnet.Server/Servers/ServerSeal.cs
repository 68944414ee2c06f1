using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Nosnet.Server;

/// <summary>
/// What one server of a network writes on a request that it passes on to another: for whom, sealed with a key that only servers of the
/// network have.
/// </summary>
internal sealed class ServerSeal(NetworkSecret secret, TimeProvider time)
{
    public const string Header = "Nosnet-Passed-On";

    /// <summary>How far the clocks of two servers may be apart.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly byte[] _key = secret.Derive("passed on");

    public string Of(string method, string target, IPAddress? client)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().ToUnixTimeMilliseconds()} {client}");
        return $"{body} {Seal(method, target, body)}";
    }

    /// <summary>Whether another server passed this on, and for whom.</summary>
    public bool IsPassedOn(string method, string target, string? seal, out IPAddress? client)
    {
        client = null;
        if (seal?.Split(' ') is not [var at, var address, var signature] || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var sent))
            return false;
        var age = time.GetUtcNow().ToUnixTimeMilliseconds() - sent;
        if (Math.Abs(age) > Lifetime.TotalMilliseconds
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Seal(method, target, $"{at} {address}"))))
            return false;
        client = IPAddress.TryParse(address, out var parsed) ? parsed : null;
        return true;
    }

    private string Seal(string method, string target, string body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{method} {target} {body}")));
}
