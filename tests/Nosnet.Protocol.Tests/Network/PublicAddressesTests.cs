using System.Net;

namespace Nosnet.Protocol.Tests;

public sealed class PublicAddressesTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.15.0.1")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    public void An_address_of_the_internet_is_public(string address) => PublicAddresses.Contains(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:0:1234::1")]
    [InlineData("::7f00:1")]
    public void An_address_of_this_machine_or_its_network_is_not_and_neither_is_one_that_stands_for_it(string address) =>
        PublicAddresses.Contains(IPAddress.Parse(address)).ShouldBeFalse();

    [Fact]
    public void What_the_operator_allows_may_be_connected_to_besides()
    {
        var rules = new OutboundRules([new Uri("http://hub.lab:8080/")], ["store.lab", "other.lab:9000", "10.1.0.0/16", "192.168.7.7"]);
        rules.MayConnect("hub.lab", 8080, IPAddress.Parse("10.9.9.9")).ShouldBeTrue();
        rules.MayConnect("hub.lab", 22, IPAddress.Parse("10.9.9.9")).ShouldBeFalse("a hub is trusted with its port alone");
        rules.MayConnect("STORE.lab", 1, IPAddress.Parse("10.9.9.9")).ShouldBeTrue();
        rules.MayConnect("other.lab", 9000, IPAddress.Parse("10.9.9.9")).ShouldBeTrue();
        rules.MayConnect("other.lab", 9001, IPAddress.Parse("10.9.9.9")).ShouldBeFalse();
        rules.MayConnect("anything", 1, IPAddress.Parse("10.1.9.9")).ShouldBeTrue();
        rules.MayConnect("anything", 1, IPAddress.Parse("::ffff:10.1.9.9")).ShouldBeTrue();
        rules.MayConnect("anything", 1, IPAddress.Parse("192.168.7.7")).ShouldBeTrue();
        rules.MayConnect("anything", 1, IPAddress.Parse("192.168.7.8")).ShouldBeFalse();
        rules.MayConnect("anything", 443, IPAddress.Parse("8.8.8.8")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("http://store.lab")]
    [InlineData("store.lab/path")]
    [InlineData("10.0.0.0/99")]
    [InlineData("")]
    public void What_is_no_host_is_refused(string text) => Should.Throw<FormatException>(() => new OutboundRules([], [text]));
}
