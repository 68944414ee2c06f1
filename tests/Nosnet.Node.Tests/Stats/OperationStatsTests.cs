using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class OperationStatsTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Cores_are_what_was_used_between_two_looks()
    {
        var stats = new OperationStats("web");
        stats.Add(Start, Reading(cpu: 10, memory: 100), null);
        stats.Add(Start.AddSeconds(5), Reading(cpu: 17.5, memory: 50), null);
        stats.Samples.Select(sample => sample.CpuCores).ShouldBe([0, 1.5]);
        stats.Usage.ShouldBe(new ContainerUsage { CpuSeconds = 17.5, PeakMemoryBytes = 100, ReceivedBytes = 1, SentBytes = 2 });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    public void What_a_container_used_before_it_was_started_again_counts_whichever_run_was_busier(double again)
    {
        var stats = new OperationStats("web");
        stats.Begin();
        stats.Add(Start, Reading(cpu: 10, memory: 100), null);
        stats.Begin();
        stats.Add(Start.AddSeconds(5), Reading(cpu: again, memory: 30), null);
        stats.Samples[1].CpuCores.ShouldBe(0, "from when on it ran is not known");
        stats.Usage.ShouldBe(new ContainerUsage { CpuSeconds = 10 + again, PeakMemoryBytes = 100, ReceivedBytes = 2, SentBytes = 4 });
    }

    [Fact]
    public void A_start_of_which_nothing_was_seen_takes_nothing_from_what_was_counted()
    {
        var stats = new OperationStats("web");
        stats.Add(Start, Reading(cpu: 10, memory: 100), null);
        stats.Begin();
        stats.Begin();
        stats.Usage.ShouldBe(new ContainerUsage { CpuSeconds = 10, PeakMemoryBytes = 100, ReceivedBytes = 1, SentBytes = 2 });
    }

    [Fact]
    public void No_more_than_ten_minutes_are_kept()
    {
        var stats = new OperationStats("web");
        for (var i = 0; i < OperationStats.Most + 30; i++)
            stats.Add(Start.AddSeconds(5 * i), Reading(cpu: i, memory: i), null);
        stats.Samples.Count.ShouldBe(OperationStats.Most);
        stats.Samples[0].At.ShouldBe(Start.AddSeconds(5 * 30));
    }

    [Fact]
    public void Cards_are_read_from_what_nvidia_smi_prints()
    {
        GpuUse.Parse("0, 97, 20480\n1, 0, 12\n2, [N/A], [N/A]\n").ShouldBe([new GpuSample(0, 97, 20480L << 20), new GpuSample(1, 0, 12L << 20)]);
        GpuUse.Parse("No devices were found\n").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Podman", "4.3.1", true)]
    [InlineData("Podman", "4.4.0", false)]
    [InlineData("Podman", "5.0.0-dev", false)]
    [InlineData("Docker", "3.0", false)]
    public void Old_Podman_takes_what_is_sent_for_what_is_received(string name, string version, bool swaps) =>
        DockerEngine.SwapsNetworks(new EngineVersion(name, version)).ShouldBe(swaps);

    private static ContainerReading Reading(double cpu, long memory) => new(TimeSpan.FromSeconds(cpu), memory, null, 1, 2);
}
