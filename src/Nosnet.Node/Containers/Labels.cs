using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The labels on everything that a node makes in an engine: by them it knows its own again after a crash.</summary>
public sealed class Labels
{
    /// <summary>The network that the node belongs to.</summary>
    public const string Network = "nosnet.network";

    /// <summary>The node; several may share one engine.</summary>
    public const string Node = "nosnet.node";

    /// <summary>The job.</summary>
    public const string Job = "nosnet.job";

    /// <summary>The run.</summary>
    public const string Run = "nosnet.run";

    /// <summary>The run's number.</summary>
    public const string Epoch = "nosnet.epoch";

    /// <summary>The operation's id.</summary>
    public const string Operation = "nosnet.operation";

    /// <summary>The operation's place in the definition, from 0.</summary>
    public const string Index = "nosnet.index";

    /// <summary>What of the resource cache a volume shows; only on volumes that show something of it.</summary>
    public const string Resource = "nosnet.resource";

    private readonly Dictionary<string, string> _values;

    /// <summary>Takes a copy.</summary>
    public Labels(IEnumerable<KeyValuePair<string, string>> values) => _values = new(values, StringComparer.Ordinal);

    /// <summary>The labels of everything that one node of one network makes.</summary>
    public static Labels Of(string network, NodeAddress node) => new([new(Network, network), new(Node, node.ToString())]);

    /// <summary>The labels by which a node finds what it made, whatever its network was called at the time.</summary>
    public static Labels Of(NodeAddress node) => new([new(Node, node.ToString())]);

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The value under a key; null where there is none.</summary>
    public string? this[string key] => _values.GetValueOrDefault(key);

    /// <summary>The run that it was made for; null where the labels name none.</summary>
    public RunAddress? RunAddress => Protocol.RunAddress.TryParse(this[Run], out var run) ? run : null;

    /// <summary>These and one more.</summary>
    public Labels With(string key, string value) => new(_values.Append(new(key, value)));

    /// <summary>Whether all of the other labels are among these.</summary>
    public bool Include(Labels other) => other._values.All(pair => this[pair.Key] == pair.Value);
}
