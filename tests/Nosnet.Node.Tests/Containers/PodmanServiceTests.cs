using System.Diagnostics;
using System.Globalization;
using static Nosnet.Node.Tests.RunScene;

namespace Nosnet.Node.Tests;

public sealed class PodmanServiceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-service-").FullName;

    private string PidPath => Path.Combine(_directory, "podman.pid");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_service_that_cannot_be_started_again_for_the_disks_sake_is_when_the_disk_has_room()
    {
        var logger = new Heard<PodmanService>();
        var service = new PodmanService(
            EngineSearch.OnThisMachine(_directory).Podman!, _directory, configuration: null, new Dictionary<string, string>(), TimeProvider.System, logger);
        using var engine = new DockerEngine(service.Endpoint, TimeProvider.System);
        await service.StartAsync(engine, TestContext.Current.CancellationToken);
        var first = ServiceId()!.Value;
        File.Delete(PidPath);
        Directory.CreateDirectory(PidPath);
        Kill(first);
        await UntilAsync(() => logger.Lines.Count(line => line.Contains("could not be started again", StringComparison.Ordinal)) > 1);

        Directory.Delete(PidPath);
        await UntilAsync(() => ServiceId() is not null);
        var second = ServiceId()!.Value;
        Kill(second);
        await UntilAsync(() => ServiceId() is { } third && third != second);

        using var last = Process.GetProcessById(ServiceId()!.Value);
        await service.DisposeAsync();
        last.HasExited.ShouldBeTrue();
    }

    private int? ServiceId() =>
        File.Exists(PidPath) && int.TryParse(File.ReadAllText(PidPath), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
    }
}
