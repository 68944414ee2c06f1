using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Reads an operator's policy file. What it does not know it refuses: a policy that is misspelt must not be a policy that is lax.</summary>
public static class NodePolicyParser
{
    private const long MostMiB = 1L << 30;
    private const int MostRegistries = 1_000;

    private static readonly WireNames<Egress> Egresses = new((Egress.Open, "open"), (Egress.None, "none"));

    /// <summary>Reads a policy from JSON in UTF-8.</summary>
    /// <exception cref="InvalidNodePolicyException">It cannot be used; the message lists why, each with its place.</exception>
    public static NodePolicy Parse(ReadOnlyMemory<byte> utf8Json)
    {
        var findings = new FindingList();
        try
        {
            using var document = JsonDocument.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = DefinitionLimits.Depth });
            if (JsonScan.Readable(document.RootElement, "$", findings))
            {
                var policy = Read(new Place(findings, "$", document.RootElement));
                if (findings.IsEmpty)
                    return policy;
            }
        }
        catch (JsonException e)
        {
            findings.Add("$", $"no JSON from line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} on", "one JSON object");
        }
        throw new InvalidNodePolicyException(findings.ToList());
    }

    private static NodePolicy Read(Place place)
    {
        var fields = new Fields(place, "a policy");
        var policy = new NodePolicy
        {
            ReadOnlyRoot = fields.Flag("readOnlyRoot"),
            AllowedRegistries = fields.Optional<IReadOnlyList<string>>("allowedRegistries", f => Registries(f)),
            Egress = fields.Optional("egress", Egress.Open, f => f.Named(Egresses)),
            Runtime = fields.Optional("runtime", f => f.Text(Rules.IsSafeName, Rules.SafeName, DefinitionLimits.Name)),
            Limits = fields.Optional("limits", new NodeLimits(), Limits),
        };
        fields.Done();
        return policy;
    }

    private static string[] Registries(Place place)
    {
        const string allowed = "a registry such as \"ghcr.io\", or a part of one such as \"docker.io/library\"";
        return [.. place.List(item => item.Text(IsRegistry, allowed), "a list of registries", MostRegistries)];
    }

    // The beginning of a full name: an image of that registry would be one.
    private static bool IsRegistry(string text) => ImageName.TryParse(text + "/x", out var name) && name.ToString() == text + "/x";

    private static NodeLimits Limits(Place place)
    {
        var fields = new Fields(place, "limits");
        var limits = new NodeLimits
        {
            MemoryMiB = Whole(fields, "memoryMiB", least: 8, MostMiB),
            Cpus = Number(fields, "cpus"),
            Pids = (int?)Whole(fields, "pids", least: 4, 4_194_304),
            DiskMiB = Whole(fields, "diskMiB", least: 1, MostMiB),
            LogsMiB = Whole(fields, "logsMiB", least: 1, 1L << 20),
        };
        fields.Done();
        return limits;
    }

    private static long? Whole(Fields fields, string name, long least, long most)
    {
        if (!fields.Has(name, out var field))
            return null;
        if (field.Value.Kind == JsonValueKind.Number && field.Value.Json.TryGetInt64(out var number) && number >= least && number <= most)
            return number;
        field.Value.Refuse($"a whole number from {least} to {most}");
        return null;
    }

    private static double? Number(Fields fields, string name)
    {
        const double least = 0.01, most = 4096;
        if (!fields.Has(name, out var field))
            return null;
        if (field.Value.Kind == JsonValueKind.Number && field.Value.Json.TryGetDouble(out var number) && number is >= least and <= most)
            return number;
        field.Value.Refuse("a number from 0.01 to 4096");
        return null;
    }
}

/// <summary>A policy file cannot be used; <see cref="Findings"/> says why, each with its place.</summary>
public sealed class InvalidNodePolicyException : FormatException
{
    /// <summary>A policy is refused for these findings.</summary>
    public InvalidNodePolicyException(ValueList<Finding> findings)
        : base($"The policy cannot be used. {string.Join(" ", findings)}") => Findings = findings;

    /// <summary>Everything that was found.</summary>
    public ValueList<Finding> Findings { get; }
}
