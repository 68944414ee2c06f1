using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class NodePoliciesTests
{
    private static readonly ContainerLimits Own = new() { MemoryBytes = 8L << 30, NanoCpus = 4_000_000_000, DiskBytes = 50L << 30 };

    [Fact]
    public void What_a_policy_leaves_out_is_as_the_node_gives_it() =>
        new NodeLimits().Apply(Own, logQuota: 1).ShouldBe(Own);

    [Fact]
    public void What_a_policy_says_of_limits_is_what_containers_get()
    {
        var limits = new NodeLimits { MemoryMiB = 512, Cpus = 1.5, Pids = 64, DiskMiB = 100 }.Apply(Own, logQuota: 1L << 30);
        limits.ShouldBe(new ContainerLimits { MemoryBytes = 512L << 20, NanoCpus = 1_500_000_000, Processes = 64, DiskBytes = 100L << 20, LogBytes = 2L << 30 });
    }

    [Fact]
    public void A_policy_in_force_says_every_limit()
    {
        var policy = new NodePolicy { Egress = Egress.None }.InForce(Own, logQuota: 16L << 20, hostUnreachable: true);
        policy.Limits.ShouldBe(new NodeLimits { MemoryMiB = 8192, Cpus = 4, Pids = 4096, DiskMiB = 51200, LogsMiB = 16 });
        policy.Egress.ShouldBe(Egress.None);
        policy.HostUnreachable.ShouldBe(true);
    }

    [Theory]
    [InlineData("busybox", true)]
    [InlineData("docker.io/library/alpine:3", true)]
    [InlineData("acme/tool", false)]
    [InlineData("ghcr.io/acme/tool", true)]
    [InlineData("ghcr.io/acme2/tool", false)]
    [InlineData("docker.io.evil.example/library/x", false)]
    public void Images_come_from_the_registries_that_a_policy_names(string image, bool allowed) =>
        (new NodePolicy { AllowedRegistries = ["docker.io/library", "ghcr.io/acme"] }.Refusal(image) is null).ShouldBe(allowed);

    [Fact]
    public void Without_a_list_images_come_from_anywhere() => new NodePolicy().Refusal("quay.io/x/y").ShouldBeNull();

    [Fact]
    public void A_disk_is_shared_between_the_jobs_with_a_fifth_left() =>
        ContainerLimits.ShareOfDisk(freeBytes: 100L << 30, jobs: 4).ShouldBe(20L << 30);
}
