namespace Nosnet.Engine;

/// <summary>The store cannot serve now and may again in a moment. The message is for whoever asked.</summary>
public sealed class StoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
