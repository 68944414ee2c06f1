using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Nosnet.Protocol;

/// <summary>Which port of which container a stream of a node's tunnel leads to; see "Through the tunnel" in docs/wire.md.</summary>
/// <param name="Run">The run.</param>
/// <param name="Operation">The operation's place in the definition, from 0.</param>
/// <param name="Port">The port.</param>
public readonly record struct ServiceTarget(RunAddress Run, int Operation, int Port)
{
    /// <summary>The protocol of the extended CONNECT (RFC 8441) that opens such a stream: bytes as the container's port takes and gives them.</summary>
    public const string Protocol = "nosnet-service";

    /// <summary>The CONNECT's header that says where to.</summary>
    public const string Header = "Nosnet-Service";

    /// <summary>The header of the answer where the node opens none: <c>ended</c> or <c>silent</c>.</summary>
    public const string RefusedHeader = "Nosnet-Refused";

    /// <summary>The code with which a stream is reset whose connection to the container broke (CONNECT_ERROR of RFC 9113, 7).</summary>
    public const int ConnectError = 0xa;

    /// <summary><see cref="RefusedHeader"/>: no container of that run and operation runs.</summary>
    public const string Ended = "ended";

    /// <summary><see cref="RefusedHeader"/>: nobody listens at the port.</summary>
    public const string Silent = "silent";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ServiceTarget target)
    {
        target = default;
        if (text?.Split('/') is not [var run, var operation, var port]
            || !RunAddress.TryParse(run, out var address)
            || !int.TryParse(operation, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        target = new ServiceTarget(address, index, number);
        return true;
    }

    /// <summary>As the header has it: <c>{run}/{operation}/{port}</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Run}/{Operation}/{Port}");
}
