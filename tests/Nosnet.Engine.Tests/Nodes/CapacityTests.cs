using CsCheck;
using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class CapacityTests
{
    private static readonly Gen<GpuDevice> Device = Gen.Select(Gen.Int[0, 63], Gen.Int[0, 100_000], (index, mib) =>
        new GpuDevice { Index = index, Name = "card", Memory = mib == 0 ? null : new(mib) });

    private static readonly Gen<NodeHardware> Machine = Gen.Select(Device.List[0, 8], Gen.Int[0, 256], Gen.Int[0, 1_000_000], Gen.Int[0, 10_000], Gen.Bool,
        (cards, cores, mib, gb, shared) => new NodeHardware
        {
            Cpu = new() { LogicalCores = cores },
            RamMb = mib,
            DiskGb = gb,
            Gpus = cards.Count == 0 ? null : new() { Devices = cards, Shared = shared },
        });

    private static readonly Gen<JobRequirements> Needs = Gen.Select(Gen.Bool, Gen.Long[0, 100_000], Gen.Int[0, 256], Gen.Long[0, 1_000_000], Gen.Long[0, 10_000_000],
        (gpu, vram, cpus, ram, disk) => new JobRequirements { Gpu = gpu, VramMb = vram, Cpus = cpus, RamMb = ram, DiskMb = disk });

    [Fact]
    public void A_node_that_has_not_told_what_it_is_can_run_what_asks_for_nothing_and_nothing_else()
    {
        Capacity.Of(null, 1).Reaches(null).ShouldBeTrue();
        Capacity.Of(null, 1).Reaches(new() { Cpus = 1 }).ShouldBeFalse();
    }

    [Theory]
    [InlineData(24_564, 24_000, true)]
    [InlineData(15_360, 16_000, true)]
    [InlineData(8_192, 8_000, true)]
    [InlineData(8_192, 12_000, false)]
    public void A_card_that_is_sold_with_so_many_GB_has_them(int mib, long neededMb, bool fits) =>
        Capacity.Of(With([mib]), 1).Reaches(new() { VramMb = neededMb }).ShouldBe(fits);

    [Fact]
    public void A_run_has_its_share_of_the_machine()
    {
        var machine = new NodeHardware { Cpu = new() { LogicalCores = 16 }, RamMb = 65_536, DiskGb = 400 };

        Capacity.Of(machine, 1).Reaches(new() { Cpus = 16, RamMb = 64_000, DiskMb = 400_000 }).ShouldBeTrue();
        Capacity.Of(machine, 4).Reaches(new() { Cpus = 4, RamMb = 16_000, DiskMb = 100_000 }).ShouldBeTrue();
        Capacity.Of(machine, 4).Reaches(new() { Cpus = 5 }).ShouldBeFalse();
        Capacity.Of(machine, 4).Reaches(new() { RamMb = 20_000 }).ShouldBeFalse();
        Capacity.Of(machine, 4).Reaches(new() { DiskMb = 100_001 }).ShouldBeFalse();
    }

    [Fact]
    public void Of_unlike_cards_a_run_that_gets_all_has_the_largest_and_one_that_gets_some_the_smallest()
    {
        var machine = With([12_288, 24_564]);

        Capacity.Of(machine, 1).Reaches(new() { Gpu = true, VramMb = 24_000 }).ShouldBeTrue();
        Capacity.Of(machine, 2).Reaches(new() { Gpu = true, VramMb = 24_000 }).ShouldBeFalse();
        Capacity.Of(machine, 2).Reaches(new() { Gpu = true, VramMb = 12_000 }).ShouldBeTrue();
    }

    [Fact]
    public void As_many_runs_at_once_have_cards_as_there_are_unless_they_are_shared()
    {
        Capacity.Of(With([1, 1]), 4).GpuRuns.ShouldBe(2);
        Capacity.Of(With([1, 1], isShared: true), 4).GpuRuns.ShouldBe(4);
        Capacity.Of(With([]), 4).GpuRuns.ShouldBe(0);
    }

    [Fact]
    public void What_is_too_little_is_told_in_a_sentence() =>
        Capacity.Of(With([8_192]), 1).Lack(new() { Gpu = true, VramMb = 24_000, Cpus = 2 })
            .ShouldBe("a run on it has 8.589 GB of GPU memory, not 24; a run on it has 0 cores, not 2.");

    [Fact]
    public void A_job_fits_where_nothing_is_lacking_and_only_there() =>
        Gen.Select(Machine, Gen.Int[1, 8], Needs).Sample((machine, slots, needs) =>
        {
            var capacity = Capacity.Of(machine, slots);
            return capacity.Reaches(needs) == (capacity.Lack(needs).Length == 0);
        });

    [Fact]
    public void What_fits_still_fits_when_it_asks_for_less_or_the_machine_grows() =>
        Gen.Select(Machine, Gen.Int[1, 8], Needs, Needs).Sample((machine, slots, needs, other) =>
        {
            var less = new JobRequirements
            {
                Gpu = needs.Gpu && other.Gpu,
                VramMb = Math.Min(needs.VramMb, other.VramMb),
                Cpus = Math.Min(needs.Cpus, other.Cpus),
                RamMb = Math.Min(needs.RamMb, other.RamMb),
                DiskMb = Math.Min(needs.DiskMb, other.DiskMb),
            };
            var larger = machine with { RamMb = machine.RamMb * 2, DiskGb = machine.DiskGb + 1, Cpu = new() { LogicalCores = machine.Cpu!.LogicalCores + slots } };
            return !Capacity.Of(machine, slots).Reaches(needs) || (Capacity.Of(machine, slots).Reaches(less) && Capacity.Of(larger, slots).Reaches(needs));
        });

    private static NodeHardware With(int[] cardsMib, bool isShared = false) => new()
    {
        Gpus = new() { Devices = [.. cardsMib.Select((mib, i) => new GpuDevice { Index = i, Name = "card", Memory = new(mib) })], Shared = isShared },
    };
}
