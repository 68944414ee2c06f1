using System.Formats.Tar;

namespace Nosnet.Node;

/// <summary>
/// The image of the sample job: busybox, pulled where a registry answers, else made of the distribution's static busybox.
/// </summary>
public sealed class SampleImage(IContainerEngine engine, TimeProvider time)
{
    /// <summary>How a job names it.</summary>
    public const string Name = "busybox";

    private const string StaticBusybox = "/bin/busybox";

    /// <summary>The one name by which both Docker and Podman find it when a job says "busybox".</summary>
    private const string Repository = "docker.io/library/busybox";
    private const string Tag = "latest";
    private static readonly TimeSpan PullLimit = TimeSpan.FromSeconds(15);

    /// <summary>Sees to it that the image is there, and says where it came from.</summary>
    /// <exception cref="EngineUnavailableException">It can be neither pulled nor made; the message says why.</exception>
    public async Task<SampleImageOrigin> EnsureAsync(Action<string> output, CancellationToken cancellationToken)
    {
        if (await engine.HasImageAsync(Name, cancellationToken).ConfigureAwait(false))
            return SampleImageOrigin.Present;
        if (await TryPullAsync(output, cancellationToken).ConfigureAwait(false))
            return SampleImageOrigin.Pulled;
        if (!File.Exists(StaticBusybox))
            await PodmanInstaller.InstallAsync(["busybox-static"], output, cancellationToken).ConfigureAwait(false);
        await ImportAsync(StaticBusybox, cancellationToken).ConfigureAwait(false);
        return SampleImageOrigin.Built;
    }

    /// <summary>Makes the image of a static busybox.</summary>
    internal async Task ImportAsync(string busybox, CancellationToken cancellationToken)
    {
        using var tar = new MemoryStream();
        var applets = await BusyboxTar.AppletsAsync(busybox, cancellationToken).ConfigureAwait(false);
        await BusyboxTar.WriteAsync(tar, busybox, applets, cancellationToken).ConfigureAwait(false);
        tar.Position = 0;
        string[] changes = ["CMD [\"sh\"]", "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
        await engine.ImportImageAsync(Repository, Tag, changes, tar, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> TryPullAsync(Action<string> output, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(PullLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await engine.PullImageAsync(Name, null, new Progress<PullStep>(), both.Token).ConfigureAwait(false);
            return true;
        }
        catch (EngineException e)
        {
            output($"The image {Name} could not be pulled, so it is made here: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            output($"The image {Name} was not pulled within {PullLimit.TotalSeconds:0} s, so it is made here.");
        }
        return false;
    }
}

/// <summary>Where the sample image came from.</summary>
public enum SampleImageOrigin
{
    /// <summary>It was there.</summary>
    Present,

    /// <summary>A registry had it.</summary>
    Pulled,

    /// <summary>It was made of the distribution's static busybox.</summary>
    Built,
}
