using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class DockerEngineTests(PodmanFixture podman)
{
    private static readonly ContainerLimits Limits = new() { MemoryBytes = 64 * 1024 * 1024, NanoCpus = 1_000_000_000 };
    private readonly Labels _labels = Labels.Of(Guid.NewGuid().ToString(), NodeAddress.From(Some.Bytes()));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private IContainerEngine Engine => podman.Engine;

    [Fact]
    public async Task Says_which_engine_it_is()
    {
        var version = await Engine.GetVersionAsync(Cancelled);
        version.Name.ShouldBe("Podman");
        Version.Parse(version.Version).Major.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public async Task Runs_a_container_and_hands_over_its_output_exit_code_and_times()
    {
        await using var ground = await Ground.PrepareAsync(Engine, _labels, Cancelled);
        var container = await ground.CreateAsync(["sh", "-c", "echo out; echo err >&2; exit 7"]);
        await using var output = await Engine.AttachAsync(container, Cancelled);
        await Engine.StartContainerAsync(container, Cancelled);
        var (text, error) = await ReadAsync(output);
        text.ShouldBe("out\n");
        error.ShouldBe("err\n");
        var end = await Engine.WaitForEndAsync(container, Cancelled);
        end.State.ExitCode.ShouldBe(7);
        end.State.OomKilled.ShouldBeFalse();
        end.FinishedAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(end.StartedAt!.Value);
    }

    [Theory]
    [InlineData("touch /etc/x && chown 5:5 /etc/x && su -s /bin/sh nobody -c 'id -u'", "65534")]
    [InlineData("mount -t tmpfs none /mnt 2>/dev/null || echo refused", "refused")]
    [InlineData("ip link set lo down 2>/dev/null || echo refused", "refused")]
    [InlineData("mknod /tmp/disk b 8 0 2>/dev/null || echo refused", "refused")]
    [InlineData("grep NoNewPrivs /proc/self/status | tr -d '\\t'", "NoNewPrivs:1")]
    [InlineData("grep Seccomp: /proc/self/status | tr -d '\\t'", "Seccomp:2")]
    [InlineData("ls /dev/sda /dev/vda /dev/mem 2>/dev/null | wc -l", "0")]
    public async Task Gives_a_container_the_rights_of_ordinary_programs_and_no_others(string command, string expected)
    {
        await using var ground = await Ground.PrepareAsync(Engine, _labels, Cancelled);
        (await ground.RunAsync(["sh", "-c", command])).Trim().ShouldBe(expected);
    }

    [Fact]
    public async Task Limits_memory_processes_and_processor_time()
    {
        await using var ground = await Ground.PrepareAsync(Engine, _labels, Cancelled);
        var limits = new ContainerLimits { MemoryBytes = 32 * 1024 * 1024, NanoCpus = 500_000_000, Processes = 77 };
        var text = await ground.RunAsync(
            ["sh", "-c", "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes memory.max pids/pids.max pids.max cpu/cpu.cfs_quota_us cpu.max 2>/dev/null"], limits);
        text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Take(3).ShouldBe(["33554432", "77", "50000"]);
    }

    [Fact]
    public async Task Tells_when_a_container_was_killed_for_want_of_memory()
    {
        await using var ground = await Ground.PrepareAsync(Engine, _labels, Cancelled);
        var container = await ground.CreateAsync(
            ["sh", "-c", "head -c 200m /dev/zero | tail"], Limits with { MemoryBytes = 16 * 1024 * 1024 });
        await using var output = await Engine.AttachAsync(container, Cancelled);
        await Engine.StartContainerAsync(container, Cancelled);
        await ReadAsync(output);
        var end = await Engine.WaitForEndAsync(container, Cancelled);
        end.State.OomKilled.ShouldBeTrue();
        end.State.ExitCode.ShouldNotBe(0);
    }

    [Fact]
    public async Task Containers_of_one_network_find_each_other_by_their_aliases_and_those_of_another_do_not()
    {
        await using var ground = await Ground.PrepareAsync(Engine, _labels, Cancelled);
        await using var elsewhere = await Ground.PrepareAsync(Engine, _labels, Cancelled);
        var server = await ground.CreateAsync(["sh", "-c", "echo hello > index.html; httpd -f -p 80"], aliases: ["web"]);
        await Engine.StartContainerAsync(server, Cancelled);
        const string fetch = "until wget -q -O - http://web/ 2>/dev/null; do sleep 0.2; done";
        (await ground.RunAsync(["sh", "-c", fetch])).ShouldBe("hello\n");
        (await elsewhere.RunAsync(["sh", "-c", "nslookup web >/dev/null 2>&1 && echo found || echo none"])).ShouldBe("none\n");
    }

    [Fact]
    public async Task A_volume_keeps_what_one_container_wrote_for_the_next()
    {
        await using var ground = await Ground.PrepareAsync(Engine, _labels, Cancelled);
        var volume = $"nosnet-test-{Guid.NewGuid():n}";
        await Engine.CreateVolumeAsync(volume, _labels, Cancelled);
        await ground.RunAsync(["sh", "-c", "echo kept > /data/file"], volumes: new() { ["/data"] = volume });
        (await ground.RunAsync(["cat", "/data/file"], volumes: new() { ["/data"] = volume })).ShouldBe("kept\n");
    }

    [Fact]
    public async Task What_was_made_is_listed_by_its_labels_and_gone_after_removal()
    {
        var ground = await Ground.PrepareAsync(Engine, _labels, Cancelled);
        var volume = $"nosnet-test-{Guid.NewGuid():n}";
        await Engine.CreateVolumeAsync(volume, _labels, Cancelled);
        var container = await ground.CreateAsync(["sleep", "60"]);
        await Engine.StartContainerAsync(container, Cancelled);

        (await Engine.ListAsync(EngineObjectKind.Container, _labels, Cancelled)).ShouldHaveSingleItem().Id.ShouldBe(container);
        var network = (await Engine.ListAsync(EngineObjectKind.Network, _labels, Cancelled)).ShouldHaveSingleItem();
        network.Labels[Labels.Network].ShouldBe(_labels[Labels.Network]);
        (await Engine.ListAsync(EngineObjectKind.Volume, _labels, Cancelled)).ShouldHaveSingleItem().Id.ShouldBe(volume);
        (await Engine.ListAsync(EngineObjectKind.Container, _labels.With(Labels.Run, "another"), Cancelled)).ShouldBeEmpty();

        await ground.DisposeAsync();
        foreach (var kind in Enum.GetValues<EngineObjectKind>())
            (await Engine.ListAsync(kind, _labels, Cancelled)).ShouldBeEmpty();
        await Engine.RemoveAsync(EngineObjectKind.Container, container, Cancelled);
        (await Engine.InspectContainerAsync(container, Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task The_log_of_a_container_can_be_read_again_from_its_beginning_with_times()
    {
        await using var ground = await Ground.PrepareAsync(Engine, _labels, Cancelled);
        var container = await ground.CreateAsync(["sh", "-c", "echo one; echo two >&2; printf three"]);
        await Engine.StartContainerAsync(container, Cancelled);
        await Engine.WaitForEndAsync(container, Cancelled);
        await using var log = await Engine.ReadLogAsync(container, follow: false, Cancelled);
        var pieces = new List<(OutputStream, string, bool)>();
        while (await log.ReadAsync(Cancelled) is { } piece)
            pieces.Add((piece.Stream, System.Text.Encoding.UTF8.GetString(piece.Bytes.Span).TrimEnd('\n'), piece.Time is not null));
        pieces.ShouldBe(
            [(OutputStream.Out, "one", true), (OutputStream.Error, "two", true), (OutputStream.Out, "three", true)], ignoreOrder: true);
    }

    [Fact]
    public async Task Pulls_an_image_and_says_how_far_it_is()
    {
        var image = await podman.Registry.AddImageAsync();
        (await Engine.HasImageAsync(image, Cancelled)).ShouldBeFalse();
        var steps = new List<PullStep>();
        await Engine.PullImageAsync(image, null, new Collect<PullStep>(steps), Cancelled);
        (await Engine.HasImageAsync(image, Cancelled)).ShouldBeTrue();
        steps.ShouldNotBeEmpty();
        steps[^1].LayersDone.ShouldBe(steps[^1].Layers);
        await Engine.RemoveImageAsync(image, Cancelled);
    }

    [Fact]
    public async Task An_image_that_the_registry_does_not_have_is_refused_in_the_registrys_words()
    {
        var refusal = await Should.ThrowAsync<EngineException>(
            () => Engine.PullImageAsync($"{podman.Registry.Host}/sample:none", null, new Progress<PullStep>(), Cancelled));
        refusal.Message.ShouldContain("manifest unknown to this registry");
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_is_given_up()
    {
        var clock = new FakeTimeProvider();
        using var engine = new DockerEngine(podman.Located.Endpoint, clock);
        var pull = engine.PullImageAsync($"{podman.Registry.Host}/silent", null, new Progress<PullStep>(), Cancelled);
        await podman.Registry.AskedForSilence;
        clock.Advance(TimeSpan.FromMinutes(5));
        (await Should.ThrowAsync<EngineException>(() => pull)).Message.ShouldBe("The registry sent nothing for 5 minutes.");
    }

    [Fact]
    public async Task A_registry_that_wants_a_login_gets_the_one_of_the_job()
    {
        var image = $"{podman.Registry.Host}/locked/image";
        var without = await Should.ThrowAsync<EngineException>(() => Engine.PullImageAsync(image, null, new Progress<PullStep>(), Cancelled));
        without.Message.ShouldContain("denied");
        var login = new RegistryLogin { Username = "user", Password = "secret", Server = podman.Registry.Host };
        var with = await Should.ThrowAsync<EngineException>(() => Engine.PullImageAsync(image, login, new Progress<PullStep>(), Cancelled));
        with.Message.ShouldContain("let in");
    }

    [Fact]
    public async Task A_container_of_an_image_that_is_not_there_is_refused_as_not_found()
    {
        await using var ground = await Ground.PrepareAsync(Engine, _labels, Cancelled);
        var refusal = await Should.ThrowAsync<EngineException>(() => ground.CreateAsync(["true"], image: "localhost/never-made"));
        refusal.IsNotFound.ShouldBeTrue();
        refusal.Message.ShouldContain("never-made");
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_told_apart_from_one_that_refuses()
    {
        using var nowhere = new DockerEngine(EngineEndpoint.Socket("/nowhere/podman.sock"), TimeProvider.System);
        (await Should.ThrowAsync<EngineException>(() => nowhere.GetVersionAsync(Cancelled))).IsUnreachable.ShouldBeTrue();
        (await Should.ThrowAsync<EngineException>(() => nowhere.AttachAsync("x", Cancelled))).IsUnreachable.ShouldBeTrue();
        (await Should.ThrowAsync<EngineException>(() => Engine.AttachAsync("never-made", Cancelled))).IsNotFound.ShouldBeTrue();
    }

    [Fact]
    public async Task A_container_that_ignores_SIGTERM_is_killed_when_its_grace_is_over()
    {
        await using var ground = await Ground.PrepareAsync(Engine, _labels, Cancelled);
        var container = await ground.CreateAsync(["sh", "-c", "trap '' TERM; echo ready; while true; do sleep 0.1; done"]);
        await using var output = await Engine.AttachAsync(container, Cancelled);
        await Engine.StartContainerAsync(container, Cancelled);
        await output.ReadAsync(Cancelled);
        await Engine.StopContainerAsync(container, TimeSpan.FromSeconds(1), Cancelled);
        (await Engine.WaitForEndAsync(container, Cancelled)).State.ExitCode.ShouldBe(137);
    }

    private static async Task<(string Out, string Error)> ReadAsync(ContainerOutput output)
    {
        using MemoryStream first = new(), second = new();
        while (await output.ReadAsync(Cancelled) is { } piece)
            (piece.Stream == OutputStream.Out ? first : second).Write(piece.Bytes.Span);
        return (System.Text.Encoding.UTF8.GetString(first.ToArray()), System.Text.Encoding.UTF8.GetString(second.ToArray()));
    }

    private sealed class Collect<T>(List<T> items) : IProgress<T>
    {
        public void Report(T value) => items.Add(value);
    }

    /// <summary>A network with the containers of one test, all removed at its end.</summary>
    private sealed class Ground(IContainerEngine engine, Labels labels, string network, CancellationToken cancelled) : IAsyncDisposable
    {
        public static async Task<Ground> PrepareAsync(IContainerEngine engine, Labels labels, CancellationToken cancelled)
        {
            var network = $"nosnet-test-{Guid.NewGuid():n}";
            await engine.CreateNetworkAsync(network, labels, Egress.Open, cancelled);
            return new Ground(engine, labels, network, cancelled);
        }

        public Task<string> CreateAsync(
            string[] command,
            ContainerLimits? limits = null,
            string[]? aliases = null,
            string image = SampleImage.Name,
            Dictionary<string, string>? volumes = null) =>
            engine.CreateContainerAsync(
                new ContainerSpec
                {
                    Name = $"nosnet-test-{Guid.NewGuid():n}",
                    Image = image,
                    Command = command,
                    Network = network,
                    Aliases = aliases ?? [],
                    Volumes = volumes ?? [],
                    Labels = labels,
                    Limits = limits ?? Limits,
                },
                cancelled);

        public async Task<string> RunAsync(string[] command, ContainerLimits? limits = null, Dictionary<string, string>? volumes = null)
        {
            var container = await CreateAsync(command, limits, volumes: volumes);
            await using var output = await engine.AttachAsync(container, cancelled);
            await engine.StartContainerAsync(container, cancelled);
            var text = (await ReadAsync(output)).Out;
            await engine.WaitForEndAsync(container, cancelled);
            return text;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var kind in (EngineObjectKind[])[EngineObjectKind.Container, EngineObjectKind.Network, EngineObjectKind.Volume])
            {
                foreach (var item in await engine.ListAsync(kind, labels, CancellationToken.None))
                    await engine.RemoveAsync(kind, item.Id, CancellationToken.None);
            }
        }
    }
}
