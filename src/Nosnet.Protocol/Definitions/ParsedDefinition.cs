using System.Diagnostics.CodeAnalysis;

namespace Nosnet.Protocol;

/// <summary>What came of reading a job definition: the definition, or everything that is wrong with it.</summary>
public sealed class ParsedDefinition
{
    internal ParsedDefinition(JobDefinition definition) => Definition = definition;

    internal ParsedDefinition(ValueList<Finding> findings) => Findings = findings;

    /// <summary>The definition; null where there are findings.</summary>
    public JobDefinition? Definition { get; }

    /// <summary>All findings; empty where there is a definition.</summary>
    public ValueList<Finding> Findings { get; } = [];

    /// <summary>Whether there is a definition.</summary>
    [MemberNotNullWhen(true, nameof(Definition))]
    public bool IsValid => Definition is not null;

    /// <summary>The definition.</summary>
    /// <exception cref="InvalidDefinitionException">There are findings.</exception>
    public JobDefinition OrThrow() => Definition ?? throw new InvalidDefinitionException(Findings);
}
