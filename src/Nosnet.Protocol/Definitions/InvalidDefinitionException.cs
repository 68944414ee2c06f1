namespace Nosnet.Protocol;

/// <summary>A job definition cannot be used as it stands; <see cref="Findings"/> says why, each with its place.</summary>
public sealed class InvalidDefinitionException : FormatException
{
    /// <summary>A definition is refused for these findings.</summary>
    public InvalidDefinitionException(ValueList<Finding> findings)
        : base($"The job definition cannot be used. {string.Join(" ", findings)}") => Findings = findings;

    /// <summary>Everything that was found.</summary>
    public ValueList<Finding> Findings { get; }
}
