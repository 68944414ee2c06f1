using System.Security.Cryptography;
using System.Text;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// The ids of exposed ports. Public ones are those that every client derives from the job. A private operation's are derived from the
/// run with the network's secret: nobody else can, they are other for every run, and nothing has to be kept or told by the node.
/// </summary>
internal sealed class ServiceIds(NetworkSecret secret)
{
    private readonly byte[] _key = secret.Derive("private services");

    public string Of(JobAddress job, ContainerRun operation, ServiceTarget target) => operation.Private
        ? EndpointId.CreatePrivate(HMACSHA512.HashData(_key, Encoding.ASCII.GetBytes(target.ToString())))
        : EndpointId.Of(job, target.Operation, target.Port);
}
