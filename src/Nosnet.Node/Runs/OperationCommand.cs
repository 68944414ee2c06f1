namespace Nosnet.Node;

/// <summary>What the owner of a job may ask of its operations while it runs.</summary>
public enum OperationCommand
{
    /// <summary>To end; the job goes on.</summary>
    Stop,

    /// <summary>To have their containers stopped and started again.</summary>
    Restart,

    /// <summary>To let the job go on with this group at once: what runs before it is stopped, what has not begun before it is left out.</summary>
    Move,
}

/// <summary>What came of it.</summary>
/// <param name="IsKnown">Whether there is such an operation or group.</param>
/// <param name="Moved">The ids of the operations that do what was asked; the others do not run, or have ended.</param>
public sealed record OperationAnswer(bool IsKnown, IReadOnlyList<string> Moved);
