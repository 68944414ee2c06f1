using System.Security.Cryptography;
using System.Text;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>Addresses and content ids that say nothing but a name.</summary>
internal static class Names
{
    public static readonly Cid Result = new(Of("result"));

    public static Bytes32 Of(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
