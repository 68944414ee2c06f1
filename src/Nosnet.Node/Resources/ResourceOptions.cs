using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Where a node downloads resources from, and how much of what it downloads it keeps.</summary>
public sealed record ResourceOptions
{
    /// <summary>The Hugging Face hub, or a mirror of it. Ends with a slash.</summary>
    public Uri HuggingFace { get; init; } = new("https://huggingface.co/");

    /// <summary>Ollama's registry, or a mirror of it. Ends with a slash.</summary>
    public Uri Ollama { get; init; } = new("https://registry.ollama.ai/");

    /// <summary>
    /// What beyond the public internet may be downloaded from: names of hosts with a port or without, addresses, networks such as
    /// 10.0.0.0/8. The hubs above always may.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Sees to it that each of these may stand in <see cref="AllowedHosts"/>, and gives them back.</summary>
    /// <exception cref="FormatException">One may not; the message says which.</exception>
    public static IReadOnlyList<string> Check(IEnumerable<string> hosts)
    {
        string[] all = [.. hosts];
        _ = new OutboundRules([], all);
        return all;
    }

    /// <summary>How many bytes of resources are kept; null: half of what the disk has left beside them when the node starts.</summary>
    public long? CacheBytes { get; init; }

    /// <summary>How many bytes of images that the node has pulled are kept; null: a quarter of what the disk has left beside them.</summary>
    public long? ImageBytes { get; init; }
}
