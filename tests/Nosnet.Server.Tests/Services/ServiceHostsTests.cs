namespace Nosnet.Server.Tests;

public sealed class ServiceHostsTests
{
    [Theory]
    [InlineData("abc.localhost", "abc")]
    [InlineData("ABC.LOCALHOST", "ABC")]
    [InlineData("abc.localhost.", "abc")]
    [InlineData("a.b.localhost", "a.b")]
    [InlineData(".localhost", "")]
    [InlineData("localhost", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData("abc.localhost.example.org", null)]
    [InlineData("abclocalhost", null)]
    [InlineData("", null)]
    public void Every_name_under_the_domain_is_a_services_and_no_other(string host, string? id)
    {
        ServiceHosts.Of(endpointDomain: null, publicUrl: null).IsService(host, out var found).ShouldBe(id is not null);
        found.ShouldBe(id);
    }

    [Fact]
    public void The_port_of_the_domain_is_not_part_of_a_name() =>
        ServiceHosts.Of("jobs.example.org:8443", null).IsService("abc.jobs.example.org", out _).ShouldBeTrue();

    [Fact]
    public void The_servers_own_name_may_lie_under_the_domain()
    {
        var hosts = ServiceHosts.Of("example.org", "https://api.example.org");
        hosts.IsService("api.example.org", out _).ShouldBeFalse();
        hosts.IsService("API.example.org.", out _).ShouldBeFalse();
        hosts.IsService("other.example.org", out _).ShouldBeTrue();
    }
}
