namespace Nosnet.Protocol;

/// <summary>Where a line of an operation's log comes from.</summary>
public enum LogKind
{
    /// <summary>What went into the container; "stdin" on the wire.</summary>
    StdIn,

    /// <summary>The container's standard output; "stdout" on the wire.</summary>
    StdOut,

    /// <summary>The container's standard error; "stderr" on the wire.</summary>
    StdErr,

    /// <summary>The node itself; "nodeerr" on the wire.</summary>
    NodeErr,
}
