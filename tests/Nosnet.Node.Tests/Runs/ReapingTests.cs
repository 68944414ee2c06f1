using Microsoft.Extensions.Time.Testing;
using static Nosnet.Node.Tests.RunScene;

namespace Nosnet.Node.Tests;

public sealed class ReapingTests(PodmanFixture podman)
{
    [Fact]
    public async Task What_cannot_be_swept_for_the_disks_sake_is_tried_again_in_a_minute()
    {
        var settings = NewSettings();
        var directory = Directory.CreateTempSubdirectory("nosnet-reaping-").FullName;
        var time = new FakeTimeProvider();
        var logger = new Heard<RunKeeper>();
        await using var keeper = new RunKeeper(podman.Engine, settings, directory, new RunNetwork(), time, logger);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var old = Path.Combine(directory, "result-old");
        await File.WriteAllTextAsync(old, "", stopping.Token);
        File.SetLastWriteTimeUtc(old, time.GetUtcNow().UtcDateTime.AddDays(-1));
        Directory.Move(directory, directory + ".away");

        var reaping = keeper.ReapAlwaysAsync(stopping.Token);
        await MinutesUntilAsync(() => logger.Lines.Any(line => line.Contains("tried again in a minute", StringComparison.Ordinal)));
        Directory.Move(directory + ".away", directory);
        await MinutesUntilAsync(() => !File.Exists(old));

        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reaping);
        Directory.Delete(directory, recursive: true);
        Directory.Delete(settings.CacheDirectory, recursive: true);

        Task MinutesUntilAsync(Func<bool> wanted) => UntilAsync(() =>
        {
            reaping.IsCompleted.ShouldBeFalse(reaping.Exception?.ToString());
            time.Advance(TimeSpan.FromMinutes(1));
            return wanted();
        });
    }
}
