using Microsoft.Extensions.DependencyInjection;

namespace Nosnet.Client.Tests;

public sealed class NosanaClientTests
{
    private const string Balance = """{"assignedCredits":1,"reservedCredits":0,"settledCredits":0}""";

    private static readonly NosanaNetwork Local = new Uri("http://127.0.0.1:8080");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_environment_says_what_the_options_do_not()
    {
        var connection = Connection.From(new NosanaClientOptions(), Variables(("NOSANA_API_KEY", "nos_env\n"), ("NOSNET_URL", "http://127.0.0.1:8080")));
        connection.ApiKey.ShouldBe("nos_env");
        connection.Network.ShouldBe(Local);
    }

    [Fact]
    public void The_options_come_before_the_environment()
    {
        var options = new NosanaClientOptions { ApiKey = "nos_mine", Network = NosanaNetwork.Devnet };
        var connection = Connection.From(options, Variables(("NOSANA_API_KEY", "nos_env"), ("NOSNET_URL", "http://127.0.0.1:8080")));
        connection.ApiKey.ShouldBe("nos_mine");
        connection.Network.ShouldBe(NosanaNetwork.Devnet);
    }

    [Fact]
    public void Without_a_word_it_is_the_public_network() =>
        Connection.From(new NosanaClientOptions(), Variables()).Network.ShouldBe(NosanaNetwork.Mainnet);

    [Fact]
    public void A_variable_that_is_no_network_is_told_of_by_name() =>
        Should.Throw<ArgumentException>(() => Connection.From(new NosanaClientOptions(), Variables(("NOSNET_URL", "here"))))
            .Message.ShouldBe("NOSNET_URL is 'here'; set it to mainnet, devnet, or a URL such as http://127.0.0.1:8080.");

    [Theory]
    [InlineData("nos a")]
    [InlineData("nos\u0007")]
    [InlineData("nösig")]
    public void A_key_that_no_header_can_carry_is_refused_and_not_repeated(string key) =>
        Should.Throw<ArgumentException>(() => Connection.From(new NosanaClientOptions { ApiKey = key }, Variables())).Message.ShouldNotContain(key);

    [Fact]
    public void A_Nosnet_network_pins_with_the_API_key() =>
        Connection.From(new NosanaClientOptions { ApiKey = "nos_x", Network = Local }, Variables()).IpfsToken.ShouldBe("nos_x");

    [Fact]
    public void The_API_key_goes_to_no_pin_API_of_somebody_else()
    {
        var pinata = new Uri("https://api.pinata.cloud");
        Connection.From(new NosanaClientOptions { ApiKey = "nos_x", Network = Local, IpfsApiUrl = pinata }, Variables()).IpfsToken.ShouldBeNull();
        Connection.From(new NosanaClientOptions { ApiKey = "nos_x", Network = NosanaNetwork.Mainnet }, Variables()).IpfsToken.ShouldBeNull();
    }

    [Fact]
    public void Another_base_URL_takes_the_content_store_of_a_Nosnet_network_along()
    {
        var connection = Connection.From(new NosanaClientOptions { Network = Local, BaseUrl = new Uri("http://10.0.0.1") }, Variables());
        connection.GatewayUrl.ToString().ShouldBe("http://10.0.0.1/ipfs/");
    }

    [Fact]
    public void A_base_URL_alone_names_a_Nosnet_network()
    {
        var connection = Connection.From(new NosanaClientOptions { ApiKey = "nos_x", BaseUrl = new Uri("http://10.0.0.1") }, Variables());
        connection.Network.IsNosnet.ShouldBeTrue();
        connection.IpfsApiUrl.ToString().ShouldBe("http://10.0.0.1/");
    }

    [Fact]
    public async Task Without_a_key_no_credentials_are_sent()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", Balance);
        using var client = new NosanaClient(new NosanaClientOptions { Network = network.Url, ApiKey = "" });
        await client.Credits.BalanceAsync(Cancellation);
        network.Request.Header("Authorization").ShouldBeNull();
    }

    [Fact]
    public async Task A_path_of_the_URL_is_kept()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /sub/api/credits/balance", Balance);
        using var client = network.Client(o => o.Network = new Uri(network.Url, "sub"));
        await client.Credits.BalanceAsync(Cancellation);
    }

    [Fact]
    public async Task A_service_collection_gives_one_client_whose_calls_pass_added_handlers()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", Balance);
        var services = new ServiceCollection();
        services.AddNosanaClient(o => (o.Network, o.ApiKey) = (network.Url, "nos_di")).AddHttpMessageHandler(() => new Stamp());
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<NosanaClient>();
        client.ShouldBeSameAs(provider.GetRequiredService<NosanaClient>());
        await client.Credits.BalanceAsync(Cancellation);
        network.Request.Header("X-Stamp").ShouldBe("1");
        network.Request.Header("Authorization").ShouldBe("Bearer nos_di");
    }

    [Fact]
    public async Task An_address_that_ends_with_api_is_that_of_the_network()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", Balance);
        network.Answer("GET /sub/api/credits/balance", Balance);
        foreach (var url in (string[])["api", "api/", "sub/api"])
        {
            using var client = network.Client(o => o.Network = new Uri(network.Url, url));
            await client.Credits.BalanceAsync(Cancellation);
            using var beside = network.Client(o => (o.Network, o.BaseUrl) = (NosanaNetwork.Devnet, new Uri(network.Url, url)));
            await beside.Credits.BalanceAsync(Cancellation);
        }
    }

    [Fact]
    public async Task A_client_serves_many_callers_at_once()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", Balance);
        using var client = network.Client();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.Credits.BalanceAsync(Cancellation)));
        network.Requests.Count.ShouldBe(100);
    }

    private static Func<string, string?> Variables(params (string Name, string Value)[] variables) =>
        name => variables.FirstOrDefault(v => v.Name == name).Value;

    private sealed class Stamp : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("X-Stamp", "1");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
