namespace Nosnet.Node.Tests;

public sealed class PodmanConfigurationTests
{
    private const string Limits =
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max cpu time              unlimited            unlimited            seconds
        Max processes             96365                96365                processes
        Max open files            1024                 20000                files
        """;

    private static readonly PodmanHost Modern = new(
        IsRoot: true, HasUnifiedCgroups: true, HasRunc: false, HasSystemd: true, MayRaiseLimits: true, HostLimits.PodmanDefault);

    [Fact]
    public void A_machine_on_which_Podman_works_as_it_is_gets_no_configuration() => PodmanConfiguration.For(Modern).ShouldBeNull();

    [Fact]
    public void Without_root_Podman_is_left_as_its_user_has_it() =>
        PodmanConfiguration.For(
            Modern with { IsRoot = false, HasUnifiedCgroups = false, HasRunc = true, MayRaiseLimits = false }).ShouldBeNull();

    [Fact]
    public void With_the_first_version_of_cgroups_runc_runs_the_containers() =>
        PodmanConfiguration.For(Modern with { HasUnifiedCgroups = false, HasRunc = true })!.ShouldContain("runtime = \"runc\"");

    [Fact]
    public void The_runtime_that_a_policy_names_runs_the_containers_root_or_not()
    {
        PodmanConfiguration.For(Modern with { HasUnifiedCgroups = false, HasRunc = true }, "runsc")!.ShouldContain("runtime = \"runsc\"");
        PodmanConfiguration.For(Modern with { IsRoot = false, HasSystemd = false, MayRaiseLimits = false }, "runsc")!.Trim().ShouldBe("[engine]\nruntime = \"runsc\"\n\n[containers]");
    }

    [Fact]
    public void Without_systemd_Podman_makes_cgroups_itself() =>
        PodmanConfiguration.For(Modern with { HasSystemd = false })!.ShouldContain("cgroup_manager = \"cgroupfs\"");

    [Fact]
    public void Limits_that_cannot_be_raised_are_asked_for_as_they_are() =>
        PodmanConfiguration.For(Modern with { MayRaiseLimits = false, Limits = HostLimits.Parse(Limits, "32768\n") })!
            .ShouldContain("default_ulimits = [\"nofile=20000:20000\", \"nproc=32768:32768\"]");

    [Theory]
    [InlineData("4194304", 20000, 96365)]
    [InlineData("32768", 20000, 32768)]
    [InlineData("no number", 20000, 96365)]
    public void The_number_of_processes_is_bounded_by_the_highest_process_id_too(string pidMax, long files, long processes) =>
        HostLimits.Parse(Limits, pidMax).ShouldBe(new HostLimits(files, processes));

    [Fact]
    public void Where_nothing_is_limited_containers_get_what_Podman_gives() =>
        HostLimits.Parse(
            "Max open files            unlimited            unlimited            files\n", "4194304").ShouldBe(HostLimits.PodmanDefault);

    [Theory]
    [InlineData("000001ffffffffff", true)]
    [InlineData("000001fffeffffff", false)]
    [InlineData("0000000000000000", false)]
    public void A_capability_is_read_from_the_status_of_a_process(string effective, bool expected) =>
        PodmanHost.HasCapability($"Name:\tx\nCapPrm:\tffffffffffffffff\nCapEff:\t{effective}\n", 24).ShouldBe(expected);

    [Fact]
    public void What_an_installed_Podman_lacks_is_named()
    {
        PodmanInstaller.Missing(hasPodman: true, hasFirewall: true, Modern).ShouldBeEmpty();
        PodmanInstaller.Missing(
            hasPodman: false, hasFirewall: false, Modern with { HasUnifiedCgroups = false }).ShouldBe(["podman", "iptables", "runc"]);
        PodmanInstaller.Missing(
            hasPodman: true, hasFirewall: false, Modern with { IsRoot = false, HasUnifiedCgroups = false }).ShouldBeEmpty();
    }
}
