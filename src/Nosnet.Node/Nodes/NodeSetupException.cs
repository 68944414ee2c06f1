namespace Nosnet.Node;

/// <summary>A node cannot start; the message says why and what to do.</summary>
public sealed class NodeSetupException(string message, Exception? cause = null) : Exception(message, cause);
