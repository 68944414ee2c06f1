using System.Security.Cryptography;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

/// <summary>Values of which a test needs some and does not care which.</summary>
internal static class Some
{
    public static Bytes32 Bytes() => new(RandomNumberGenerator.GetBytes(Bytes32.Length));
}
