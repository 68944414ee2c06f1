using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Nosnet.Server;

/// <summary>
/// What one server of a network writes on a request that it passes on to another: for what and for whom, sealed with a key that only
/// servers of the network have. Anybody may have chosen the target of what is passed on, so the target alone says nothing.
/// </summary>
internal sealed class ServerSeal(NetworkSecret secret, TimeProvider time)
{
    public const string Header = "Nosnet-Passed-On";

    /// <summary>How far the clocks of two servers may be apart.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly byte[] _key = secret.Derive("passed on");

    public string Of(PassedTo to, string method, string target, IPAddress? client)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"{to} {time.GetUtcNow().ToUnixTimeMilliseconds()} {client}");
        return $"{body} {Seal(method, target, body)}";
    }

    /// <summary>What another server passed this on for; null where none did.</summary>
    public Passed? Open(string method, string target, string? seal)
    {
        if (seal?.Split(' ') is not [var purpose, var at, var address, var signature]
            || !Enum.TryParse<PassedTo>(purpose, out var to) || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var sent))
            return null;
        var age = time.GetUtcNow().ToUnixTimeMilliseconds() - sent;
        if (Math.Abs(age) > Lifetime.TotalMilliseconds
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Seal(method, target, $"{purpose} {at} {address}"))))
            return null;
        return new Passed(to, IPAddress.TryParse(address, out var client) ? client : null);
    }

    private string Seal(string method, string target, string body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{method} {target} {body}")));
}

/// <summary>Whose business it is what a server passes on to another.</summary>
internal enum PassedTo
{
    /// <summary>The other server's, which does with the request what it does with any.</summary>
    Server,

    /// <summary>A node's, whose tunnel the other server holds.</summary>
    Node,
}

/// <summary>That another server passed a request on.</summary>
/// <param name="To">Whose business it is.</param>
/// <param name="Client">Who sent it to that server; null where it is that server's own.</param>
internal sealed record Passed(PassedTo To, IPAddress? Client);
