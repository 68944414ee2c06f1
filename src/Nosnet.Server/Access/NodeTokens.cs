using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Nosnet.Protocol;
using SimpleBase;

namespace Nosnet.Server;

/// <summary>Challenges for nodes and the tokens they get for signing them. Both are sealed with the network's key, so that the server keeps none.</summary>
internal sealed class NodeTokens(NetworkSecret secret, TimeProvider time)
{
    public static readonly TimeSpan ChallengeLifetime = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    private const string ChallengePrefix = "nosnet-node-challenge";
    private const string TokenPrefix = "nosnode_";
    private const int SealLength = 32;
    private const int MostKnown = 50_000;

    /// <summary>In characters of base58, so in bytes too.</summary>
    private const int LongestSignature = 100;
    private const int PayloadLength = Bytes32.Length + sizeof(long);

    private readonly byte[] _challengeKey = secret.Derive("node challenges");
    private readonly byte[] _tokenKey = secret.Derive("node tokens");

    // Tokens whose seal was found to be ours, each with its node and its end: nodes send the same one every few seconds.
    private readonly ConcurrentDictionary<string, (NodeAddress Node, long End)> _known = new(StringComparer.Ordinal);

    public static bool IsToken(string text) => text.StartsWith(TokenPrefix, StringComparison.Ordinal);

    /// <summary>A text for the node to sign. It begins with what it is for, so that its signature is of no use elsewhere.</summary>
    public ChallengeAnswer Challenge(NodeAddress node)
    {
        var end = time.GetUtcNow() + ChallengeLifetime;
        var body = string.Create(CultureInfo.InvariantCulture, $"{ChallengePrefix}:{node}:{end.ToUnixTimeMilliseconds()}:{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}");
        return new ChallengeAnswer($"{body}:{Seal(body)}", end);
    }

    /// <summary>Whether the node holds its key: it signed a challenge of ours for itself that has not run out.</summary>
    public bool IsProven(NodeAddress node, string challenge, string signature)
    {
        if (challenge.Length > 500 || signature.Length > LongestSignature)
            return false;
        var last = challenge.LastIndexOf(':');
        if (last < 0)
            return false;
        var parts = challenge[..last].Split(':');
        return parts is [ChallengePrefix, var forNode, var end, _]
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(challenge[(last + 1)..]), Encoding.UTF8.GetBytes(Seal(challenge[..last])))
            && forNode == node.ToString()
            && long.TryParse(end, CultureInfo.InvariantCulture, out var unix)
            && time.GetUtcNow().ToUnixTimeMilliseconds() < unix
            && IsSigned(node, challenge, signature);
    }

    public TokenAnswer Issue(NodeAddress node)
    {
        var end = time.GetUtcNow() + TokenLifetime;
        Span<byte> token = stackalloc byte[PayloadLength + SealLength];
        node.Value.CopyTo(token);
        BinaryPrimitives.WriteInt64BigEndian(token[Bytes32.Length..], end.ToUnixTimeMilliseconds());
        HMACSHA256.HashData(_tokenKey, token[..PayloadLength], token[PayloadLength..]);
        return new TokenAnswer(TokenPrefix + Base64Url.EncodeToString(token), end);
    }

    /// <summary>The node to which a token was given; null where it is none of ours or has run out.</summary>
    public NodeAddress? Node(string token)
    {
        if (!_known.TryGetValue(token, out var known))
        {
            if (Unsealed(token) is not { } unsealed)
                return null;
            if (_known.Count >= MostKnown)
                _known.Clear();
            _known[token] = known = unsealed;
        }

        return time.GetUtcNow().ToUnixTimeMilliseconds() < known.End ? known.Node : null;
    }

    private (NodeAddress Node, long End)? Unsealed(string token)
    {
        Span<byte> bytes = stackalloc byte[PayloadLength + SealLength + 3];
        Span<byte> seal = stackalloc byte[SealLength];
        var text = token.AsSpan(TokenPrefix.Length);
        if (text.Length != Base64Url.GetEncodedLength(PayloadLength + SealLength) || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length != PayloadLength + SealLength)
            return null;
        HMACSHA256.HashData(_tokenKey, bytes[..PayloadLength], seal);
        return CryptographicOperations.FixedTimeEquals(seal, bytes[PayloadLength..length])
            ? (new NodeAddress(new Bytes32(bytes[..Bytes32.Length])), BinaryPrimitives.ReadInt64BigEndian(bytes[Bytes32.Length..]))
            : null;
    }

    private static bool IsSigned(NodeAddress node, string challenge, string signature)
    {
        Span<byte> bytes = stackalloc byte[LongestSignature];
        return Base58.Bitcoin.TryDecode(signature, bytes, out var length) && KeyPair.Verify(node.Value, Encoding.UTF8.GetBytes(challenge), bytes[..length]);
    }

    private string Seal(string body) => Convert.ToHexStringLower(HMACSHA256.HashData(_challengeKey, Encoding.UTF8.GetBytes(body)));
}
