using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Nosnet.Node;

/// <summary>
/// Keeps jobs from link-local addresses, where clouds serve the credentials of a machine, from the services of this machine itself, and from
/// each other.
/// </summary>
/// <remarks>
/// Chains of our own in the mangle table. One is passed by packets from jobs' bridges before they are routed: it holds whether an address is
/// somewhere else or on this machine, and whatever the engine's own chains (NETAVARK, DOCKER) say, which it leaves alone. The other drops what
/// goes from one job's bridge to that of another: engines do so, too, but Podman's networks stop for all when any one of them comes to its end,
/// until the next begins (netavark 1.4). Jobs' networks have no IPv6, yet a bridge has a link-local IPv6 address, so all of that is dropped.
/// The chains stay when a node ends: its containers go on, another node may share them, and they match nothing but jobs' bridges.
/// </remarks>
internal sealed partial class JobFirewall(TimeProvider time, ILogger logger)
{
    /// <summary>What the names of the jobs' bridges begin with; the kernel takes 15 characters.</summary>
    public const string BridgePrefix = "nosnet";

    private const string Ingress = "NOSNET-JOBS";
    private const string Between = "NOSNET-BETWEEN";
    private const string Jobs = BridgePrefix + "+";
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private static readonly string[] FromJobs = ["PREROUTING", "-i", Jobs, "-j", Ingress];
    private static readonly string[] FromJobToJob = ["FORWARD", "-i", Jobs, "-o", Jobs, "-j", Between];

    // Answers pass: the node itself calls containers. So do questions to the name server that Podman has on a bridge.
    private const string IngressRules =
        $"""
        *mangle
        :{Ingress} - [0:0]
        -A {Ingress} -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
        -A {Ingress} -d 169.254.0.0/16 -j DROP
        -A {Ingress} -m addrtype --dst-type LOCAL -p udp --dport 53 -j RETURN
        -A {Ingress} -m addrtype --dst-type LOCAL -p tcp --dport 53 -j RETURN
        -A {Ingress} -m addrtype --dst-type LOCAL -j DROP
        COMMIT

        """;

    // What containers of one job say to each other passes, where the kernel filters that as well. To ask for it where it does not would make it do so.
    private static string BetweenRules(bool filtersBridges) =>
        $"""
        *mangle
        :{Between} - [0:0]
        {(filtersBridges ? $"-A {Between} -m physdev --physdev-is-bridged -j RETURN" : "")}
        -A {Between} -j DROP
        COMMIT

        """;

    private const string IngressRules6 =
        $"""
        *mangle
        :{Ingress} - [0:0]
        -A {Ingress} -j DROP
        COMMIT

        """;

    /// <summary>Puts the rules in place, or back, and says whether they hold. May be repeated.</summary>
    public async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess || !OperatingSystem.IsLinux())
            return false;
        // By itself: where a kernel cannot tell what is bridged, the rest holds all the same, and the engine keeps jobs apart as well as it does.
        var between = BetweenRules(filtersBridges: File.Exists("/proc/sys/net/bridge/bridge-nf-call-iptables"));
        await EnsureAsync("iptables", between, FromJobToJob, cancellationToken).ConfigureAwait(false);
        return await EnsureAsync("iptables", IngressRules, FromJobs, cancellationToken).ConfigureAwait(false)
            && (!File.Exists("/proc/net/if_inet6") || await EnsureAsync("ip6tables", IngressRules6, FromJobs, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Puts back every minute what another program may have flushed, until cancelled.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
            await EnsureAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> EnsureAsync(string iptables, string rules, string[] jump, CancellationToken cancellationToken)
    {
        var refusal = await RunAsync($"{iptables}-restore", ["-w", "--noflush"], rules, cancellationToken).ConfigureAwait(false);
        if (refusal is null && await RunAsync(iptables, ["-w", "-t", "mangle", "-C", .. jump], "", cancellationToken).ConfigureAwait(false) is not null)
            refusal = await RunAsync(iptables, ["-w", "-t", "mangle", "-I", .. jump], "", cancellationToken).ConfigureAwait(false);
        if (refusal is null)
            return true;
        LogNotInForce(refusal);
        return false;
    }

    /// <summary>Null where it went well, else what the program said.</summary>
    private static async Task<string?> RunAsync(string program, string[] arguments, string input, CancellationToken cancellationToken)
    {
        if (Programs.Find(program) is not { } path)
            return $"{program} is not installed";
        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start);
            if (process is null)
                return $"{path} could not be started";
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            var words = (await errors.ConfigureAwait(false)).Trim();
            return process.ExitCode == 0 ? null : words.Length > 0 ? words : $"{program} ended with exit code {process.ExitCode}";
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return $"{path}: {e.Message}";
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Jobs are not kept from link-local addresses, this machine's own services and each other: {Reason}")]
    private partial void LogNotInForce(string reason);
}
