using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class OperationContainerTests
{
    private static readonly RunIdentity Identity = new(RunAddress.From(Some.Bytes()), 2, JobAddress.From(Some.Bytes()));
    private static readonly NodeAddress Node = NodeAddress.From(Some.Bytes());
    private static readonly ContainerLimits Limits = new() { MemoryBytes = 1 << 30, NanoCpus = 1_000_000_000 };

    [Fact]
    public void A_command_of_one_text_is_a_line_for_the_shell_even_an_empty_one()
    {
        Spec(new ContainerRun("a") { Image = "x", Cmd = "echo hi" }).Command.ShouldBe(["/bin/sh", "-c", "echo hi"]);
        Spec(new ContainerRun("a") { Image = "x", Cmd = "" }).Command.ShouldBe(["/bin/sh", "-c", ""]);
    }

    [Fact]
    public void A_command_of_words_is_taken_as_it_is() =>
        Spec(new ContainerRun("a") { Image = "x", Cmd = ["echo", "a b"] }).Command.ShouldBe(["echo", "a b"]);

    [Fact]
    public void What_is_not_said_is_the_images_own()
    {
        var spec = Spec(new ContainerRun("a") { Image = "x" });
        (spec.Command, spec.Entrypoint, spec.WorkingDirectory).ShouldBe((null, null, null));
    }

    [Fact]
    public void The_definitions_defaults_hold_where_the_operation_says_nothing()
    {
        var global = new GlobalDefaults { Entrypoint = "/init", WorkDir = "/srv" };
        var defaults = Spec(new ContainerRun("a") { Image = "x" }, global);
        defaults.Entrypoint.ShouldBe(["/init"]);
        defaults.WorkingDirectory.ShouldBe("/srv");
        var own = Spec(new ContainerRun("a") { Image = "x", Entrypoint = ["/own", "-v"], WorkDir = "/own" }, global);
        own.Entrypoint.ShouldBe(["/own", "-v"]);
        own.WorkingDirectory.ShouldBe("/own");
    }

    [Fact]
    public void Of_environments_the_operations_own_wins_and_the_jobs_address_over_both()
    {
        var environment = OperationContainer.Environment(
            new() { ["A"] = "global", ["B"] = "global" }, new() { ["B"] = "own", ["C"] = "own", ["NOSANA_ID"] = "forged" }, Identity.Job);
        environment.ShouldBe(
            new Dictionary<string, string> { ["A"] = "global", ["B"] = "own", ["C"] = "own", ["NOSANA_ID"] = Identity.Job.ToString() }, ignoreOrder: true);
    }

    [Fact]
    public void Volumes_are_those_of_the_run() =>
        Spec(new ContainerRun("a") { Image = "x", Volumes = [new VolumeMount("data", "/data")] }).Volumes.ShouldBe(
            new Dictionary<string, string> { ["/data"] = Identity.Volume("data") });

    [Fact]
    public void What_may_run_at_once_has_together_what_the_job_may_have()
    {
        var apart = Limits.Among(4);
        (apart.MemoryBytes, apart.NanoCpus, apart.Processes).ShouldBe((Limits.MemoryBytes / 4, Limits.NanoCpus / 4, Limits.Processes / 4));
        (apart.DiskBytes, apart.LogBytes).ShouldBe((Limits.DiskBytes, Limits.LogBytes), "these are measured for the job");
        Limits.Among(1).ShouldBe(Limits);
    }

    [Fact]
    public void With_graphics_cards_nothing_of_the_image_is_loaded_into_the_hooks_of_their_runtime()
    {
        var spec = Spec(new ContainerRun("a") { Image = "x", Env = new() { ["A"] = "own" } });
        OperationContainer.WithGpus(spec, null).ShouldBeSameAs(spec);
        var grant = new GpuGrant([new GpuDevice { Index = 0, Name = "card" }], IsWholeMachine: true);
        var with = OperationContainer.WithGpus(spec, grant);
        with.Gpus.ShouldBe(grant);
        (with.Environment["LD_PRELOAD"], with.Environment["LD_AUDIT"], with.Environment["A"]).ShouldBe(("", "", "own"));
    }

    [Fact]
    public void It_answers_to_its_id_its_host_name_and_its_aliases() =>
        Spec(new ContainerRun("web") { Image = "x", Aliases = "one, two" }).Aliases.ShouldBe([$"{Identity.Job}-0", "web", "one", "two"]);

    [Fact]
    public void Its_labels_say_to_what_it_belongs()
    {
        var labels = Spec(new ContainerRun("web") { Image = "x" }).Labels;
        labels[Labels.Network].ShouldBe("net");
        labels[Labels.Node].ShouldBe(Node.ToString());
        labels[Labels.Job].ShouldBe(Identity.Job.ToString());
        labels.RunAddress.ShouldBe(Identity.Run);
        labels[Labels.Epoch].ShouldBe("2");
        labels[Labels.Operation].ShouldBe("web");
        labels[Labels.Index].ShouldBe("0");
    }

    [Fact]
    public void The_engine_is_told_to_shut_it_in()
    {
        var host = ContainerParameters.For(Spec(new ContainerRun("a") { Image = "x" })).HostConfig.ShouldNotBeNull();
        host.Privileged.ShouldBeFalse();
        host.CapDrop.ShouldBe(["ALL"]);
        host.CapAdd.ShouldNotContain("SYS_ADMIN");
        host.SecurityOpt.ShouldBe(["no-new-privileges"]);
        host.PidsLimit.ShouldBe(Limits.Processes);
        (host.Memory, host.MemorySwap).ShouldBe((Limits.MemoryBytes, Limits.MemoryBytes));
        host.NanoCPUs.ShouldBe(Limits.NanoCpus);
        host.Binds.ShouldBeNull();
        host.LogConfig!.Config!["max-size"].ShouldBe("536870912");
    }

    [Fact]
    public void Jobs_share_a_machine_equally_and_leave_some_of_its_memory() =>
        ContainerLimits.Share(16L << 30, 8, 2).ShouldBe(new ContainerLimits { MemoryBytes = 7L << 30, NanoCpus = 4_000_000_000 });

    [Theory]
    [InlineData("""{"gpu":true}""", "GPU")]
    [InlineData("""{"restart_policy":"always","expose":80,"cmd":"echo %%global.job%%"}""", null)]
    public void What_the_node_cannot_do_is_found_in_the_definition(string args, string? word)
    {
        var json = $$"""{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"a","args":{"image":"x",{{args[1..]}}}]}""";
        var found = UnsupportedFeatures.Of(JobDefinitionParser.Parse(json).OrThrow(), hasGpus: false);
        if (word is null)
            found.ShouldBeEmpty();
        else
            found.ShouldHaveSingleItem().Sentence.ShouldContain(word);
    }

    private static ContainerSpec Spec(ContainerRun operation, GlobalDefaults? global = null)
    {
        var definition = new JobDefinition { Ops = [operation], Global = global };
        return OperationContainer.For(
            Identity, definition, ExecutionPlan.Of(definition).Operations.Single(), operation, Labels.Of("net", Node), Limits);
    }
}
