using System.Text.Json;

namespace Nosnet.Protocol.Tests;

public sealed class NodeHardwareTests
{
    private static readonly NodeHardware Machine = new()
    {
        Version = "1.0.0",
        SystemEnvironment = "Linux 6.1",
        Cpu = new() { Model = "EPYC", PhysicalCores = 4, LogicalCores = 8 },
        DiskGb = 256,
        RamMb = 32_000,
        Gpus = new()
        {
            Devices = [new GpuDevice { Index = 0, Name = "NVIDIA GeForce RTX 4090", Uuid = "GPU-1", Memory = new(24_564), Architecture = new(8, 9) }],
            DriverVersion = "550.54.14",
        },
        Engine = new("Docker", "27.0"),
    };

    [Fact]
    public void A_machine_is_told_in_the_official_words()
    {
        var json = JsonElement.Parse(JsonSerializer.SerializeToUtf8Bytes(Machine, ProtocolJson.Default.NodeHardware));

        json.GetProperty("system_environment").GetString().ShouldBe("Linux 6.1");
        json.GetProperty("cpu").GetProperty("physical_cores").GetInt32().ShouldBe(4);
        json.GetProperty("disk_gb").GetInt32().ShouldBe(256);
        var gpus = json.GetProperty("gpus");
        gpus.GetProperty("nvml_driver_version").GetString().ShouldBe("550.54.14");
        gpus.GetProperty("devices")[0].GetProperty("memory").GetProperty("total_mb").GetInt64().ShouldBe(24_564);
        gpus.GetProperty("devices")[0].GetProperty("network_architecture").GetProperty("major").GetInt32().ShouldBe(8);
    }

    [Fact]
    public void A_machine_comes_back_as_it_was_told()
    {
        var json = JsonSerializer.Serialize(Machine, ProtocolJson.Default.NodeHardware);

        JsonSerializer.Serialize(JsonSerializer.Deserialize(json, ProtocolJson.Default.NodeHardware)!, ProtocolJson.Default.NodeHardware).ShouldBe(json);
    }

    [Fact]
    public void A_machine_that_cannot_be_is_told_in_a_sentence()
    {
        Machine.Mistake().ShouldBeNull();
        new NodeHardware().Mistake().ShouldBeNull();
        (Machine with { RamMb = -1 }).Mistake().ShouldNotBeNull();
        (Machine with { Cpu = new() { Model = "a\u001b[31m" } }).Mistake().ShouldNotBeNull();
        (Machine with { SystemEnvironment = new string('x', 301) }).Mistake().ShouldNotBeNull();
        (Machine with { Gpus = new() { Devices = [.. Enumerable.Repeat(Machine.Gpus!.Devices[0], 257)] } }).Mistake().ShouldNotBeNull();
    }
}
