using System.Formats.Tar;

namespace Nosnet.Node.Tests;

public sealed class SampleImageTests(PodmanFixture podman)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("busybox")]
    [InlineData("busybox:latest")]
    [InlineData("docker.io/library/busybox")]
    public async Task It_is_found_by_every_name_that_jobs_use_for_it(string name) =>
        (await podman.Engine.HasImageAsync(name, Cancelled)).ShouldBeTrue();

    [Fact]
    public async Task Once_it_is_there_nothing_is_pulled_or_made() =>
        (await new SampleImage(podman.Engine, TimeProvider.System).EnsureAsync(_ => { }, Cancelled)).ShouldBe(SampleImageOrigin.Present);

    [Fact]
    public async Task The_file_system_has_a_shell_and_links_for_all_that_busybox_can_do()
    {
        using var tar = new MemoryStream();
        await BusyboxTar.WriteAsync(tar, "/bin/busybox", ["busybox", "sh", "cat"], Cancelled);
        tar.Position = 0;
        await using var reader = new TarReader(tar);
        var entries = new Dictionary<string, TarEntry>();
        while (await reader.GetNextEntryAsync(copyData: true, Cancelled) is { } entry)
            entries[entry.Name] = entry;
        entries["bin/busybox"].EntryType.ShouldBe(TarEntryType.RegularFile);
        entries["bin/busybox"].Length.ShouldBe(new FileInfo("/bin/busybox").Length);
        entries["bin/sh"].LinkName.ShouldBe("busybox");
        entries["bin/cat"].LinkName.ShouldBe("busybox");
        entries["tmp/"].Mode.HasFlag(UnixFileMode.StickyBit).ShouldBeTrue();
    }
}
