using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Nosnet.Client.Tests;

/// <summary>What a configuration says of a client is what the client does, or is refused.</summary>
public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("devnet", "devnet")]
    [InlineData("Mainnet", "mainnet")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    public void The_network_comes_from_the_configuration(string text, string name)
    {
        using var provider = Services(("N:Network", text)).BuildServiceProvider();
        provider.GetRequiredService<NosanaClient>().Network.Name.ShouldBe(name);
    }

    [Fact]
    public void A_configuration_that_names_no_network_is_refused()
    {
        using var provider = Services(("N:Network", "here")).BuildServiceProvider();
        var refused = Should.Throw<InvalidOperationException>(() => provider.GetRequiredService<NosanaClient>());
        refused.ToString().ShouldContain("'here' is not a network; give mainnet, devnet, or a URL such as http://127.0.0.1:8080.");
    }

    [Fact]
    public async Task A_host_does_not_start_with_a_key_that_no_header_can_carry()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        foreach (var service in Services(("N:ApiKey", "has blank")))
            builder.Services.Add(service);
        using var host = builder.Build();
        var refused = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        refused.Message.ShouldStartWith("The API key holds a blank");
    }

    private static ServiceCollection Services(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build();
        var services = new ServiceCollection();
        services.AddNosanaClient();
        services.Configure<NosanaClientOptions>(configuration.GetSection("N"));
        return services;
    }
}
