using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Nosnet.Protocol;

/// <summary>Which port of which container a request through a node's tunnel is for; see "Through the tunnel" in docs/wire.md.</summary>
/// <param name="Run">The run.</param>
/// <param name="Operation">The operation's place in the definition, from 0.</param>
/// <param name="Port">The port.</param>
public readonly record struct ServiceTarget(RunAddress Run, int Operation, int Port)
{
    /// <summary>The header that says it. A request without one is for the node itself.</summary>
    public const string Header = "Nosnet-Service";

    /// <summary>The header of an answer that is the node's own, since the container gave none: <c>ended</c>, <c>silent</c> or <c>broken</c>.</summary>
    public const string RefusedHeader = "Nosnet-Refused";

    /// <summary><see cref="RefusedHeader"/>: no container of that run and operation runs.</summary>
    public const string Ended = "ended";

    /// <summary><see cref="RefusedHeader"/>: nobody listens at the port.</summary>
    public const string Silent = "silent";

    /// <summary><see cref="RefusedHeader"/>: the container took the request and gave no answer that is HTTP.</summary>
    public const string Broken = "broken";

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
