namespace Nosnet.Node;

/// <summary>A job asks for what the operator of this node does not allow; the message is a sentence for its owner.</summary>
internal sealed class PolicyException(string message) : Exception(message);
