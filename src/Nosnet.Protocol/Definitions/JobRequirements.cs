using System.Globalization;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>
/// What a job asks of the machine: <c>gpu</c> of its operations, and <c>required_vram</c>, <c>required_cpu</c>, <c>required_ram</c> and
/// <c>required_disk</c> in <c>meta.system_resources</c> or, as older tools write it, <c>meta.system_requirements</c>.
/// </summary>
/// <remarks>A GB is 10^9 bytes, so that a card or a machine sold with 24 GB, of which a little is never free, has 24.</remarks>
public sealed record JobRequirements
{
    /// <summary>The most that any of the numbers may be.</summary>
    public const int Most = 1_000_000;

    internal const string Allowed = "a number from 0 to 1000000, or a text that is one";

    private const string Vram = "required_vram", Cpu = "required_cpu", Ram = "required_ram", Disk = "required_disk";
    private const int MbPerGb = 1_000;

    /// <summary>Whether an operation wants graphics cards.</summary>
    [JsonPropertyName("gpu")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Gpu { get; init; }

    /// <summary>The memory of the graphics card, in MB (10^6 bytes); 0: any.</summary>
    [JsonPropertyName("vramMb")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long VramMb { get; init; }

    /// <summary>Logical cores; 0: any number.</summary>
    [JsonPropertyName("cpus")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Cpus { get; init; }

    /// <summary>Memory in MB (10^6 bytes); 0: any.</summary>
    [JsonPropertyName("ramMb")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long RamMb { get; init; }

    /// <summary>Free disk in MB (10^6 bytes); 0: any.</summary>
    [JsonPropertyName("diskMb")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long DiskMb { get; init; }

    /// <summary>What a definition asks for; null where that is nothing.</summary>
    public static JobRequirements? Of(JobDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var resources = definition.Meta?.SystemResources;
        var older = definition.Meta?.More.TryGetValue(DefinitionNames.OlderResources, out var value) is true && value is MetaMap map ? map.Values : null;
        var found = new JobRequirements
        {
            Gpu = definition.Ops.OfType<ContainerRun>().Any(o => o.Gpu || definition.Global?.Gpu is true),
            VramMb = Mb(Number(Vram)),
            Cpus = (int)Math.Ceiling(Number(Cpu)),
            RamMb = Mb(Number(Ram)),
            DiskMb = Mb(Number(Disk)),
        };
        return found == new JobRequirements() ? null : found;

        // Where both maps tell, the larger number counts: so neither is broken.
        double Number(string name) => Math.Max(
            resources?.TryGetValue(name, out var scalar) is true ? Value(scalar) : 0,
            older?.TryGetValue(name, out var other) is true ? Value(other) : 0);
    }

    /// <summary>Whether a key of the maps is one of those that count; any other is for people.</summary>
    internal static bool Counts(string key) => key is Vram or Cpu or Ram or Disk;

    /// <summary>Whether a value of such a key can be understood.</summary>
    internal static bool IsNumber(MetaValue value) => TryNumber(value, out var number) && number is >= 0 and <= Most;

    private static double Value(MetaValue value) => IsNumber(value) && TryNumber(value, out var number) ? number : 0;

    private static bool TryNumber(MetaValue value, out double number)
    {
        number = value is MetaNumber { Number: var given } ? given : 0;
        return value is MetaNumber
            || (value is MetaText { Text: var text } && double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out number));
    }

    private static long Mb(double gb) => (long)Math.Ceiling(gb * MbPerGb);
}
