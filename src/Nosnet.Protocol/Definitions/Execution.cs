namespace Nosnet.Protocol;

/// <summary>When an operation runs.</summary>
public sealed record Execution
{
    /// <summary>
    /// The stage it belongs to. Stages run one after another in the order in which they first appear, the operations of one at the same
    /// time. Null: a stage of its own.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>The operations of the same group that must all have started well before this one starts.</summary>
    public ValueList<string> DependsOn { get; init; } = [];

    /// <summary>Whether this one is stopped as soon as one that it depends on has ended.</summary>
    public bool StopIfDependentStops { get; init; }
}
