using Microsoft.Extensions.Logging.Abstractions;

namespace Nosnet.Node.Tests;

public sealed class MachineTests(PodmanFixture podman)
{
    [Fact]
    public void A_processor_is_read_with_its_real_cores() =>
        CpuInfo.Parse(
            string.Join('\n', Enumerable.Range(0, 8).Select(i => $"processor\t: {i}\nmodel name\t: AMD EPYC 7763\nphysical id\t: {i / 4}\ncore id\t\t: {i % 2}\nflags\t\t: fpu vme\n")),
            8).ShouldBe(new() { Model = "AMD EPYC 7763", PhysicalCores = 4, LogicalCores = 8 });

    [Theory]
    [InlineData("")]
    [InlineData("processor\t: 0\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd\n")]
    public void A_processor_that_tells_nothing_of_its_cores_has_an_unknown_number(string text) =>
        CpuInfo.Parse(text, 4).ShouldBe(new() { LogicalCores = 4 });

    [Fact]
    public async Task This_machine_is_read_with_its_engine()
    {
        var machine = await Machine.ReadAsync(podman.Engine, podman.Directory, GpuChoice.None, NullLogger.Instance, TestContext.Current.CancellationToken);

        machine.Hardware.Mistake().ShouldBeNull();
        machine.Hardware.Cpu!.LogicalCores.ShouldBe(Environment.ProcessorCount);
        machine.Hardware.RamMb.ShouldBeGreaterThan(0);
        machine.Hardware.Engine!.Name.ShouldBe("Podman");
        machine.Hardware.SystemEnvironment.ShouldNotBeNullOrEmpty();
        machine.Hardware.Gpus.ShouldBeNull();
    }
}
