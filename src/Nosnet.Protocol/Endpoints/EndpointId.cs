using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SimpleBase;

namespace Nosnet.Protocol;

/// <summary>
/// The id of an exposed port, the first label of its address <c>https://{id}.{domain}</c>. Clients derive it by themselves from what they
/// know of a job, so it must come out as the official packages derive it.
/// </summary>
public static class EndpointId
{
    /// <summary>Characters of an id.</summary>
    public const int Length = 44;

    /// <summary>Characters of a private id and of a deployment's hash: one more, so that neither is ever mistaken for an id.</summary>
    public const int PrivateLength = 45;

    /// <summary>What official clients show in the place of ids when any operation of a job is private.</summary>
    public const string Private = "private";

    private const int RandomBytes = 45;

    /// <summary>The id of a port.</summary>
    /// <param name="job">The job.</param>
    /// <param name="operation">The operation's place in the definition, from 0; operations that create volumes count.</param>
    /// <param name="port">The port.</param>
    public static string Of(JobAddress job, int operation, int port) => Of(job, operation, port.ToString(CultureInfo.InvariantCulture));

    /// <summary>The id of a port that is written as text, such as a range of an old definition.</summary>
    public static string Of(JobAddress job, int operation, string port) =>
        Hash(string.Create(CultureInfo.InvariantCulture, $"{operation}:{port}:{job}"), Length);

    /// <summary>A private port's id, which nobody can derive: other at every call.</summary>
    public static string CreatePrivate() => Hash(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes)), PrivateLength);

    /// <summary>A private port's id that nobody can derive without the secret, and that is the same whenever it is derived with it.</summary>
    public static string CreatePrivate(ReadOnlySpan<byte> secret) => Hash(Convert.ToHexStringLower(secret), PrivateLength);

    /// <summary>The id that all jobs of a deployment share for one operation, whatever its ports.</summary>
    /// <param name="deploymentId">The deployment, as the definition names it.</param>
    /// <param name="project">The account that owns the jobs.</param>
    /// <param name="operationId">The operation's id.</param>
    public static string OfDeployment(string deploymentId, AccountAddress project, string operationId) =>
        Hash($"{operationId}:0:{DeploymentHash(deploymentId, project)}", Length);

    /// <summary>What stands for a deployment where its id must not show.</summary>
    public static string DeploymentHash(string deploymentId, AccountAddress project) => Hash($"{deploymentId}:{project}", PrivateLength);

    /// <summary>The first characters of the base58 text of the SHA-512 of a text.</summary>
    internal static string Hash(string text, int length) => Base58.Bitcoin.Encode(SHA512.HashData(Encoding.UTF8.GetBytes(text)))[..length];
}
