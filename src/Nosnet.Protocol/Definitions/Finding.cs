namespace Nosnet.Protocol;

/// <summary>One thing in a job definition that cannot stay as it is.</summary>
/// <param name="Path">Where it stands: <c>$.ops[0].args.image</c>.</param>
/// <param name="Found">What stands there; "nothing" where a field is missing.</param>
/// <param name="Allowed">What may stand there.</param>
public sealed record Finding(string Path, string Found, string Allowed)
{
    /// <summary>The finding as a sentence.</summary>
    public override string ToString() => $"{Path}: found {Found}; allowed: {Allowed}.";
}
