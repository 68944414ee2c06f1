using System.Text;
using Nosnet.Protocol;
using static Nosnet.Node.Tests.RunScene;

namespace Nosnet.Node.Tests;

public sealed class RunResourcesTests(PodmanFixture podman) : IAsyncLifetime
{
    private readonly TestHub _hub = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private RunSettings Settings => NewSettings() with
    {
        Resources = new ResourceOptions { HuggingFace = _hub.Url, Ollama = _hub.Url, AllowedHosts = [_hub.Cdn.Authority], CacheBytes = 1024 * 1024 * 1024 },
    };

    public async ValueTask InitializeAsync()
    {
        await _hub.StartAsync();
        _hub.Files["config.json"] = Encoding.UTF8.GetBytes("{}");
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task A_container_reads_its_resources_and_can_change_nothing_of_them()
    {
        _hub.AddModel("library/tiny:1b", [1, 2, 3]);
        const string look = "cat /models/config.json; echo; id -u; touch /models/new || echo no; rm -f /models/config.json || echo no; find /root/.ollama/models -name 1b";
        await using var scene = new RunScene(podman, Job(Run("read", look) with { Resources = [Model("/models/"), new OllamaResource { Model = "tiny:1b" }] }), Settings);
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.Completed);
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBe(["{}", "0", "no", "no", "/root/.ollama/models/manifests/registry.ollama.ai/library/tiny/1b"]);
        var progress = (await scene.EntriesAsync()).Where(entry => entry.Kind == LogKind.Progress).ToArray();
        progress.ShouldContain(entry => entry.Message == "Downloading The repository owner/model: 1 file" && entry.OpId == "read" && entry.Current == 2 && entry.Total == 2);
        (await scene.LinesAsync(LogKind.Info)).ShouldContain("Downloaded The repository owner/model: 1 file");
    }

    [Fact]
    public async Task A_volume_of_the_job_can_never_be_one_with_resources()
    {
        var definition = Job(
            Run("read", "true") with { Resources = [Model("/models")] },
            Run("write", "ls /v") with { Volumes = [new VolumeMount("resource-0-0", "/v"), new VolumeMount("0-0", "/w")] });
        await using var scene = new RunScene(podman, definition, Settings);
        (await scene.ExecuteAsync()).Reason.ShouldBe(EndReason.Completed);
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_comes_of_an_earlier_operation_can_say_what_is_downloaded()
    {
        var definition = Job(
            Run("choose", "echo owner/model") with { Results = new() { ["name"] = new ResultRule("owner/.*") } },
            Run("use", "ls /models") with { Resources = [new HuggingFaceResource { Repo = "%%ops.choose.results.name%%", Target = "/models" }] });
        await using var scene = new RunScene(podman, definition, Settings);
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.Completed, outcome.Result.ToString());
        (await scene.LinesAsync(LogKind.Stdout, "use")).ShouldBe(["config.json"]);
    }

    [Fact]
    public async Task A_resource_that_cannot_be_had_ends_the_job_before_anything_is_billed()
    {
        await using var scene = new RunScene(
            podman, Job(Run("first", "true"), Run("second", "true") with { Resources = [new HuggingFaceResource { Repo = "owner/absent", Target = "/m" }] }), Settings);
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.ResourceFailed);
        outcome.Result.Operations[0].Status.ShouldBe(ResultStatus.Init);
        var error = outcome.Result.Operations[1].Errors.ShouldHaveSingleItem();
        error.Event.ShouldBe(ResultError.Resource);
        error.Code.ShouldBe(404);
        error.Message.ShouldBe(
            "A resource of second could not be downloaded: The repository owner/absent in main was answered with 404. Check its name; what is private answers like this too where credentials are missing.");
        scene.Starts.ShouldBe(0);
    }

    [Fact]
    public async Task Two_things_in_one_place_are_refused()
    {
        await using var scene = new RunScene(podman, Job(Run("both", "true") with { Resources = [Model("/m/in"), Model("/m")] }), Settings);
        (await scene.ExecuteAsync()).Result.Operations[0].Errors.ShouldHaveSingleItem().Message.ShouldContain("/m/in would lie within that at /m");
    }

    [Fact]
    public async Task A_stop_breaks_off_a_download_at_once()
    {
        _hub.Files["large"] = TestHub.Bytes(300_000);
        _hub.Gate = new TaskCompletionSource();
        await using var scene = new RunScene(podman, Job(Run("never", "true") with { Resources = [Model("/m")] }), Settings);
        var run = scene.ExecuteAsync();
        await scene.EntryAsync(entry => entry is { Kind: LogKind.Progress, Current: > 0 });
        scene.Execution.Stop(Halt.StoppedByOwner);
        (await run.WaitAsync(TimeSpan.FromSeconds(30), Cancelled)).Reason.ShouldBe(EndReason.StoppedByOwner);
        _hub.Gate.SetResult();
    }

    private static HuggingFaceResource Model(string target) => new() { Repo = "owner/model", Target = target };
}
