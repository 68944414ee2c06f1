using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Nosnet.Node;

/// <summary>The names under which resources lie in the cache.</summary>
internal static class ResourceIds
{
    private const int Digits = 40;

    /// <summary>What a text hashes to.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..Digits];

    /// <summary>The name of the files as they are now: other when one of them changes, and other for whoever asks with other credentials.</summary>
    public static string Of(string key, IEnumerable<RemoteFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Hash(key)));
        foreach (var file in files.OrderBy(file => file.Path.ToString(), StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n{file.Path}\0{file.Size}\0{file.Version}\0{file.Digest?.Hex}")));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
    }
}
