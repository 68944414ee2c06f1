namespace Nosnet.Client.Tests;

public sealed class NosanaNetworkTests
{
    [Fact]
    public void Mainnet_is_where_the_official_client_goes()
    {
        NosanaNetwork.Mainnet.BaseUrl.ToString().ShouldBe("https://dashboard.k8s.prd.nos.ci/");
        NosanaNetwork.Mainnet.GatewayUrl.ToString().ShouldBe("https://nosana.mypinata.cloud/ipfs/");
        NosanaNetwork.Mainnet.IsNosnet.ShouldBeFalse();
    }

    [Fact]
    public void One_URL_is_all_that_a_Nosnet_network_needs()
    {
        NosanaNetwork network = new Uri("http://127.0.0.1:8080");
        network.BaseUrl.ToString().ShouldBe("http://127.0.0.1:8080/");
        network.IpfsApiUrl.ToString().ShouldBe("http://127.0.0.1:8080/");
        network.GatewayUrl.ToString().ShouldBe("http://127.0.0.1:8080/ipfs/");
        network.Name.ShouldBe("http://127.0.0.1:8080");
        network.IsNosnet.ShouldBeTrue();
    }

    [Fact]
    public void A_network_may_live_below_a_path() =>
        NosanaNetwork.At(new Uri("https://example.org/nosnet")).GatewayUrl.ToString().ShouldBe("https://example.org/nosnet/ipfs/");

    [Theory]
    [InlineData("mainnet", "mainnet")]
    [InlineData("Devnet", "devnet")]
    [InlineData("https://example.org/x/", "https://example.org/x")]
    public void A_network_is_read_from_text(string text, string name) => NosanaNetwork.Parse(text).Name.ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData("testnet")]
    [InlineData("ftp://example.org")]
    [InlineData("/path")]
    [InlineData("http://user:secret@example.org")]
    [InlineData("http://example.org/?q=1")]
    public void What_is_no_network_is_refused(string text) =>
        Should.Throw<FormatException>(() => NosanaNetwork.Parse(text)).Message.ShouldContain("mainnet, devnet, or a URL");
}
