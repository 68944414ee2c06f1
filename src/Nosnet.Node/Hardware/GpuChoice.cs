using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Which graphics cards of the machine the operator offers to jobs: <c>all</c>, <c>none</c>, or some by their numbers.</summary>
public sealed record GpuChoice
{
    /// <summary>All that there are.</summary>
    public static readonly GpuChoice All = new();

    /// <summary>None.</summary>
    public static readonly GpuChoice None = new() { Indices = [] };

    /// <summary>The numbers; null: all.</summary>
    public IReadOnlyList<int>? Indices { get; private init; }

    /// <summary>Whether several runs may be on one card at once.</summary>
    public bool Shared { get; init; }

    /// <summary>Whether the operator said it, so that it is a mistake where it cannot be.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>Reads <c>all</c>, <c>none</c> or numbers between commas; null where it is neither.</summary>
    public static GpuChoice? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text is "all")
            return All with { IsExplicit = true };
        if (text is "none")
            return None with { IsExplicit = true };
        var numbers = new List<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || numbers.Contains(number))
                return null;
            numbers.Add(number);
        }

        return new GpuChoice { Indices = numbers, IsExplicit = true };
    }

    /// <summary>What of the machine's cards it is; null for none.</summary>
    /// <exception cref="NodeSetupException">There is no card of a number that was said, or none at all where some were asked for.</exception>
    internal GpuHardware? Of(GpuHardware? machine)
    {
        var devices = machine?.Devices ?? [];
        if (Indices is { Count: 0 })
            return null;
        if (Indices is not null)
        {
            foreach (var missing in Indices.Where(i => devices.All(d => d.Index != i)))
                throw new NodeSetupException($"This machine has no GPU {missing}; it has {(devices.Count == 0 ? "none" : string.Join(", ", devices.Select(d => d.Index)))}. Say --gpu all, --gpu none, or the numbers of some.");
            devices = [.. devices.Where(d => Indices.Contains(d.Index))];
        }

        return devices.Count == 0 ? null : machine! with { Devices = devices, Shared = Shared };
    }
}
