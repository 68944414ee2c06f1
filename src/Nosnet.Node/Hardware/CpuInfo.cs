using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The processor, as <c>/proc/cpuinfo</c> describes it.</summary>
internal static class CpuInfo
{
    /// <summary>Reads the description; where it says nothing of cores, as on ARM, their number is 0.</summary>
    public static CpuHardware Parse(string text, int logicalCores)
    {
        string? model = null;
        var cores = new HashSet<(string Package, string Core)>();
        foreach (var processor in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var line in processor.Split('\n'))
            {
                if (line.Split(':', 2, StringSplitOptions.TrimEntries) is [var name, var value])
                    values[name] = value;
            }

            model ??= values.GetValueOrDefault("model name") ?? values.GetValueOrDefault("Model");
            if (values.TryGetValue("core id", out var core))
                cores.Add((values.GetValueOrDefault("physical id", ""), core));
        }

        return new CpuHardware { Model = model, PhysicalCores = cores.Count, LogicalCores = logicalCores };
    }
}
