namespace Nosnet.Server;

/// <summary>A server that cannot start; the message says why and what to do.</summary>
public sealed class ServerSetupException(string message, Exception? cause = null) : Exception(message, cause);
