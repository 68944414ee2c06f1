using System.Text;

namespace Nosnet.Protocol.Tests;

public sealed class NodePolicyParserTests
{
    private static NodePolicy Parse(string json) => NodePolicyParser.Parse(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void A_policy_says_what_jobs_may_do()
    {
        var policy = Parse(
            """
            {"readOnlyRoot":true,"allowedRegistries":["docker.io/library","ghcr.io","localhost:5000/a/b"],"egress":"none","runtime":"runsc",
             "limits":{"memoryMiB":2048,"cpus":1.5,"pids":256,"diskMiB":10240,"logsMiB":16}}
            """);
        policy.ReadOnlyRoot.ShouldBeTrue();
        policy.AllowedRegistries.ShouldBe(["docker.io/library", "ghcr.io", "localhost:5000/a/b"]);
        policy.Egress.ShouldBe(Egress.None);
        policy.Runtime.ShouldBe("runsc");
        policy.Limits.ShouldBe(new NodeLimits { MemoryMiB = 2048, Cpus = 1.5, Pids = 256, DiskMiB = 10240, LogsMiB = 16 });
    }

    [Fact]
    public void What_a_policy_leaves_out_is_not_restricted() => Parse("{}").ShouldBe(new NodePolicy());

    [Theory]
    [InlineData("[]", "$")]
    [InlineData("{", "$")]
    [InlineData("""{"readonlyRoot":true}""", "$.readonlyRoot")]
    [InlineData("""{"readOnlyRoot":"yes"}""", "$.readOnlyRoot")]
    [InlineData("""{"readOnlyRoot":true,"readOnlyRoot":false}""", "$.readOnlyRoot")]
    [InlineData("""{"egress":"closed"}""", "$.egress")]
    [InlineData("""{"allowedRegistries":"docker.io"}""", "$.allowedRegistries")]
    [InlineData("""{"allowedRegistries":["library","https://docker.io","docker.io/","ghcr.io"]}""", "$.allowedRegistries[0]", "$.allowedRegistries[1]", "$.allowedRegistries[2]")]
    [InlineData("""{"runtime":"/usr/bin/runsc"}""", "$.runtime")]
    [InlineData("""{"runtime":"--x"}""", "$.runtime")]
    [InlineData("""{"limits":{"memoryMiB":0,"cpus":0,"pids":1.5,"diskMiB":"1 GiB","logsMiB":-1,"swap":1}}""", "$.limits.memoryMiB", "$.limits.cpus", "$.limits.pids", "$.limits.diskMiB", "$.limits.logsMiB", "$.limits.swap")]
    [InlineData("""{"hostUnreachable":true}""", "$.hostUnreachable")]
    public void What_is_misspelt_or_cannot_be_is_refused_with_its_place(string json, params string[] paths) =>
        Should.Throw<InvalidNodePolicyException>(() => Parse(json)).Findings.Select(finding => finding.Path).ShouldBe(paths);
}
