using System.Diagnostics;

namespace Nosnet.Node;

/// <summary>Installs Podman on Debian and Ubuntu.</summary>
public static class PodmanInstaller
{
    /// <summary>
    /// Podman, a runtime for machines with cgroup v1, what makes its networks (iptables among it, without which no container gets an
    /// address), and a busybox of which an image can be made where no registry answers.
    /// </summary>
    public static IReadOnlyList<string> Packages { get; } =
        ["podman", "runc", "netavark", "aardvark-dns", "iptables", "ca-certificates", "busybox-static"];

    /// <summary>Whether this process may install packages here: it is root, and there is apt-get.</summary>
    public static bool CanInstall => Environment.IsPrivilegedProcess && Programs.Find("apt-get") is not null;

    /// <summary>Whether Podman can be expected to run containers with networks of their own.</summary>
    public static bool IsComplete
    {
        get
        {
            var hasFirewall = Programs.Find("iptables") is not null || Programs.Find("nft") is not null;
            return Missing(Programs.Find("podman") is not null, hasFirewall, PodmanHost.Detect()).Count == 0;
        }
    }

    /// <summary>Installs Podman and what it needs; every line of apt-get goes to <paramref name="output"/>.</summary>
    /// <exception cref="EngineUnavailableException">It cannot be installed; the message says what to do.</exception>
    public static Task InstallAsync(Action<string> output, CancellationToken cancellationToken) =>
        InstallAsync(Packages, output, cancellationToken);

    internal static async Task InstallAsync(IReadOnlyList<string> packages, Action<string> output, CancellationToken cancellationToken)
    {
        if (Programs.Find("apt-get") is not { } apt || !Environment.IsPrivilegedProcess)
            throw new EngineUnavailableException(
                $"Installing {string.Join(", ", packages)} needs apt-get and root. "
                + "Install Docker or Podman yourself, or run this again as root.");
        string[] install = ["install", "-y", "--no-install-recommends", .. packages];
        // Most machines know the packages already; a fresh one has to ask for the lists first.
        if (await RunAsync(apt, install, output, cancellationToken).ConfigureAwait(false))
            return;
        if (!await RunAsync(apt, ["update"], output, cancellationToken).ConfigureAwait(false)
            || !await RunAsync(apt, install, output, cancellationToken).ConfigureAwait(false))
            throw new EngineUnavailableException(
                $"apt-get could not install {string.Join(", ", packages)}; its own lines say why. "
                + "Install Docker or Podman yourself and try again.");
    }

    /// <summary>What keeps an installed Podman from working here.</summary>
    internal static IReadOnlyList<string> Missing(bool hasPodman, bool hasFirewall, PodmanHost host)
    {
        var missing = new List<string>();
        if (!hasPodman)
            missing.Add("podman");
        if (!hasFirewall && host.IsRoot)
            missing.Add("iptables");
        if (host is { IsRoot: true, HasUnifiedCgroups: false, HasRunc: false })
            missing.Add("runc");
        return missing;
    }

    private static async Task<bool> RunAsync(string program, string[] arguments, Action<string> output, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start) ?? throw new EngineUnavailableException($"{program} could not be started.");
        try
        {
            await Task.WhenAll(Copy(process.StandardOutput), Copy(process.StandardError)).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode == 0;
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        async Task Copy(StreamReader reader)
        {
            while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
                output(line);
        }
    }
}
