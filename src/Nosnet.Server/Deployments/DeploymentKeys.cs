using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// The keys with which the server signs for deployments, so that their owners' programs can call the nodes of their jobs. They come from the
/// network's secret: nothing has to be kept, and a deployment's opens nothing but its own jobs.
/// </summary>
internal sealed class DeploymentKeys(NetworkSecret secret)
{
    public KeyPair Of(DeploymentAddress deployment) => KeyPair.FromSeed(secret.Derive($"deployment: {deployment}"));

    /// <summary>Whether a header is signed with a deployment's key.</summary>
    public bool IsSigned(string text, DeploymentAddress deployment, TimeProvider time)
    {
        using var key = Of(deployment);
        return SignedMessage.Check(text, key.Address, time) is SignatureCheck.Valid;
    }
}
