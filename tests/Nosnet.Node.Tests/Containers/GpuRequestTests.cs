using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

/// <summary>No machine of ours has a graphics card, so what is looked at is what an engine is asked for.</summary>
public sealed class GpuRequestTests
{
    private static readonly GpuGrant All = new([Card(0), Card(1)], IsWholeMachine: true);
    private static readonly GpuGrant Second = new([Card(1)], IsWholeMachine: false);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Docker_is_asked_for_all_cards_by_its_NVIDIA_driver() =>
        (await RequestAsync("Docker", "27.5.1", All)).GetRawText().ShouldBe("""[{"Driver":"nvidia","Count":-1,"Capabilities":[["gpu"]]}]""");

    [Fact]
    public async Task Docker_is_asked_for_some_cards_by_their_ids() =>
        (await RequestAsync("Docker", "27.5.1", Second)).GetRawText().ShouldBe("""[{"Driver":"nvidia","Count":0,"DeviceIDs":["GPU-1"],"Capabilities":[["gpu"]]}]""");

    [Fact]
    public async Task Podman_is_asked_for_all_cards_by_their_CDI_name() =>
        (await RequestAsync("Podman", "5.4.0", All)).GetRawText().ShouldBe("""[{"Driver":"cdi","Count":0,"DeviceIDs":["nvidia.com/gpu=all"]}]""");

    [Fact]
    public async Task Podman_is_asked_for_some_cards_by_their_CDI_names() =>
        (await RequestAsync("Podman", "5.8.2-dev", Second)).GetRawText().ShouldBe("""[{"Driver":"cdi","Count":0,"DeviceIDs":["nvidia.com/gpu=1"]}]""");

    [Fact]
    public async Task Podman_that_would_pass_over_the_request_is_not_asked()
    {
        await using var socket = await RecordingEngine.StartAsync("Podman", "4.3.1");
        using var engine = new DockerEngine(socket.Endpoint, TimeProvider.System);

        (await Should.ThrowAsync<EngineException>(engine.CreateContainerAsync(Spec(All), Cancelled))).Message.ShouldContain("Podman 4.3.1 cannot give containers GPUs");

        socket.Created.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_container_without_cards_asks_for_no_device()
    {
        await using var socket = await RecordingEngine.StartAsync("Docker", "27.5.1");
        using var engine = new DockerEngine(socket.Endpoint, TimeProvider.System);

        await engine.CreateContainerAsync(Spec(null), Cancelled);

        var host = socket.Created.Single().GetProperty("HostConfig");
        (host.TryGetProperty("DeviceRequests", out var requests) && requests.ValueKind is not JsonValueKind.Null).ShouldBeFalse();
        (host.TryGetProperty("Devices", out var devices) && devices.ValueKind is not JsonValueKind.Null).ShouldBeFalse();
    }

    [Fact]
    public void An_operation_that_wants_cards_gets_those_of_its_run_and_its_neighbour_gets_none()
    {
        var definition = new JobDefinition { Ops = [new ContainerRun("a") { Image = "i", Gpu = true }, new ContainerRun("b") { Image = "i" }] };

        UnsupportedFeatures.Of(definition, hasGpus: true).ShouldBeEmpty();
        UnsupportedFeatures.Of(definition, hasGpus: false).Single().ShouldBe((0, "The operation a asks for a GPU, and this node has none for jobs."));
        OperationContainer.Gpus((ContainerRun)definition.Ops[0], definition.Global, Second).ShouldBe(Second);
        OperationContainer.Gpus((ContainerRun)definition.Ops[1], definition.Global, Second).ShouldBeNull();
        OperationContainer.Gpus((ContainerRun)definition.Ops[1], new GlobalDefaults { Gpu = true }, Second).ShouldBe(Second);
    }

    private static async Task<JsonElement> RequestAsync(string name, string version, GpuGrant gpus)
    {
        await using var socket = await RecordingEngine.StartAsync(name, version);
        using var engine = new DockerEngine(socket.Endpoint, TimeProvider.System);
        (await engine.CreateContainerAsync(Spec(gpus), Cancelled)).ShouldBe("c0ffee");
        return socket.Created.Single().GetProperty("HostConfig").GetProperty("DeviceRequests");
    }

    private static ContainerSpec Spec(GpuGrant? gpus) => new()
    {
        Name = "a",
        Image = "i",
        Network = "n",
        Labels = Labels.Of("network", NodeAddress.From(Some.Bytes())),
        Limits = new ContainerLimits { MemoryBytes = 1, NanoCpus = 1 },
        Gpus = gpus,
    };

    private static GpuDevice Card(int index) => new() { Index = index, Name = "card", Uuid = $"GPU-{index}" };
}
