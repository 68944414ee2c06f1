using System.Globalization;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>A node as people read it.</summary>
internal static class NodeCard
{
    private const decimal MibPerGib = 1024;

    public static void Show(Terminal terminal, NodeView node, bool asJson, string? market = null)
    {
        if (asJson)
            terminal.PrintJson(json => JsonSerializer.Serialize(json, node, ProtocolJson.Default.NodeView));
        else
            terminal.Draw(Of(node, market ?? node.Market?.ToString()));
    }

    public static string State(NodeView node) => node.Draining ? $"{node.State}, draining" : node.State;

    public static string? Memory(NodeHardware? machine) =>
        machine is { RamMb: > 0 } ? string.Create(CultureInfo.InvariantCulture, $"{machine.RamMb / MibPerGib:0.#} GiB") : null;

    public static string? Disk(NodeHardware? machine) => machine is null ? null : string.Create(CultureInfo.InvariantCulture, $"{machine.DiskGb} GB free");

    /// <summary>How many of which kind.</summary>
    public static string? Gpus(NodeHardware? machine) => machine?.Gpus is not { Devices.Count: > 0 } gpus ? null
        : string.Join(", ", gpus.Devices.GroupBy(d => d.Name).Select(g => g.Count() == 1 ? g.Key : $"{g.Count()} × {g.Key}"));

    private static Spectre.Console.Grid Of(NodeView node, string? market) => Drawings.Card(
    [
        ("node", node.Address),
        ("name", node.Name),
        ("state", State(node)),
        ("market", market),
        ("jobs", $"{node.RunningJobs} of {node.Slots}"),
        ("last heard", node.LastSeenAt),
        ("processor", node.Info?.Cpu is { } cpu ? $"{cpu.Model ?? "unknown"}, {cpu.LogicalCores} cores" : null),
        ("memory", Memory(node.Info)),
        ("disk", Disk(node.Info)),
        .. (node.Info?.Gpus?.Devices ?? []).Select(d => ($"GPU {d.Index}", (object?)Gpu(d))),
        ("GPU driver", node.Info?.Gpus?.DriverVersion),
        ("engine", node.Info?.Engine is { } engine ? $"{engine.Name} {engine.Version}" : null),
        ("system", node.Info?.SystemEnvironment),
        ("version", node.Info?.Version),
        .. node.Policy is { } policy ? Policy("policy", policy) : [],
    ]);

    /// <summary>A row for each thing that a policy says: as one text it would be longer than any screen is wide.</summary>
    private static IEnumerable<(string, object?)> Policy(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(property => Policy($"{name} {property.Name}", property.Value)),
        JsonValueKind.Array => [(name, string.Join(", ", value.EnumerateArray()))],
        JsonValueKind.True => [(name, "yes")],
        JsonValueKind.False => [(name, "no")],
        _ => [(name, value.ToString())],
    };

    private static string Gpu(GpuDevice device) => string.Create(CultureInfo.InvariantCulture,
        $"{device.Name}{(device.Memory is { } memory ? $", {memory.TotalMb / MibPerGib:0.#} GiB" : "")}{(device.Architecture is { } can ? $", compute {can.Major}.{can.Minor}" : "")}{(device.IsPartitioned ? ", in parts (MIG)" : "")}");
}
