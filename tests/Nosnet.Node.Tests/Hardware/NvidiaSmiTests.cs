using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class NvidiaSmiTests
{
    private const string Card = "0, NVIDIA GeForce RTX 4090, GPU-5f3e2f9a-7a11-4d0e-9a55-3b9f6f1d2c10, 24564, 550.54.14, 8.9, [N/A]\n";

    [Fact]
    public void A_card_is_read_whole()
    {
        var cards = Read(Card);

        cards.DriverVersion.ShouldBe("550.54.14");
        cards.Devices.Single().ShouldBe(new GpuDevice
        {
            Index = 0,
            Name = "NVIDIA GeForce RTX 4090",
            Uuid = "GPU-5f3e2f9a-7a11-4d0e-9a55-3b9f6f1d2c10",
            Memory = new(24_564),
            Architecture = new(8, 9),
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("No devices were found\n")]
    public void No_card_is_a_machine_without_cards(string text) => Read(text).Devices.ShouldBeEmpty();

    [Fact]
    public void Eight_cards_are_read_in_their_order()
    {
        var text = string.Concat(Enumerable.Range(0, 8).Select(i => $"{i}, NVIDIA H100 80GB HBM3, GPU-{i}, 81559, 535.129.03, 9.0, Disabled\r\n"));

        var cards = Read(text);

        cards.Devices.Select(d => d.Index).ShouldBe(Enumerable.Range(0, 8));
        cards.Devices.ShouldAllBe(d => d.Memory!.TotalMb == 81_559 && d.Architecture == new GpuArchitecture(9, 0) && !d.IsPartitioned);
    }

    [Fact]
    public void A_card_in_parts_tells_no_memory_since_no_job_gets_all_of_it() =>
        Read("0, NVIDIA A100-SXM4-40GB, GPU-1, 40960, 535.129.03, 8.0, Enabled\n").Devices.Single()
            .ShouldSatisfyAllConditions(d => d.IsPartitioned.ShouldBeTrue(), d => d.Memory.ShouldBeNull());

    [Fact]
    public void What_the_driver_does_not_tell_stays_open() =>
        Read("1, [Unknown Error], [N/A], [Not Supported], [N/A], [N/A], [N/A]\n").ShouldSatisfyAllConditions(
            c => c.DriverVersion.ShouldBeNull(),
            c => c.Devices.Single().ShouldBe(new GpuDevice { Index = 1, Name = "NVIDIA GPU" }));

    [Fact]
    public void An_older_driver_tells_less() =>
        Read("0, Tesla K80, GPU-1, 11441, 418.226.00\n").Devices.Single().ShouldBe(new GpuDevice { Index = 0, Name = "Tesla K80", Uuid = "GPU-1", Memory = new(11_441) });

    [Theory]
    [InlineData("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n")]
    [InlineData("Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.54\n")]
    [InlineData("Field \"compute_cap\" is not a valid field to query.\n")]
    [InlineData("Unable to determine the device handle for GPU0000:01:00.0: GPU is lost.  Reboot the system to recover this GPU\n")]
    [InlineData("-1, a, b, 1, 2\n")]
    public void A_broken_driver_gives_a_complaint_and_no_cards(string text)
    {
        NvidiaSmi.TryParse(text, out var cards, out var complaint).ShouldBeFalse();

        cards.ShouldBeNull();
        complaint.ShouldContain(text.Split('\n')[0]);
    }

    private static GpuHardware Read(string text)
    {
        NvidiaSmi.TryParse(text, out var cards, out var complaint).ShouldBeTrue(complaint);
        return cards!;
    }
}
