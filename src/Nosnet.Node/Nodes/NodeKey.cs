using System.Security.Cryptography;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The node's key: a seed in a file that only its owner may read, made when the node first starts.</summary>
public static class NodeKey
{
    /// <summary>The key of the node that keeps its data in a directory; null where there is none.</summary>
    public static KeyPair? Find(string dataDirectory) => File.Exists(PathIn(dataDirectory)) ? LoadOrCreate(PathIn(dataDirectory)) : null;

    internal static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "node.key");

    internal static KeyPair LoadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            using var file = OwnerOnly.CreateFile(path);
            file.Write(RandomNumberGenerator.GetBytes(KeyPair.SeedLength));
            file.Flush(flushToDisk: true);
        }

        var seed = File.ReadAllBytes(path);
        if (seed.Length != KeyPair.SeedLength)
            throw new NodeSetupException($"{path} is not a node's key: it has {seed.Length} bytes instead of {KeyPair.SeedLength}. Restore it, or remove it to have the node start under a new address.");
        return KeyPair.FromSeed(seed);
    }
}
