using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>What tests of deployments say again and again.</summary>
internal static class DeploymentScene
{
    public static Dictionary<string, object?> Wish(string strategy = "SIMPLE", params (string Name, object? Value)[] more)
    {
        var wish = new Dictionary<string, object?>
        {
            ["name"] = "web",
            ["market"] = Genesis.FirstMarket.ToString(),
            ["replicas"] = 1,
            ["timeout"] = 60,
            ["strategy"] = strategy,
            ["job_definition"] = JsonElement.Parse(TestNetwork.Hello),
        };
        foreach (var (name, value) in more)
            wish[name] = value;
        return wish;
    }

    public static async Task<string> CreateAsync(this TestNetwork network, string strategy = "SIMPLE", params (string Name, object? Value)[] more) =>
        (await network.PostAsync("/api/deployments/create", Wish(strategy, more))).ShouldSucceed().Json.GetProperty("id").GetString()!;

    public static Task<Answer> PatchAsync(this TestNetwork network, string deployment, string what, object body) =>
        network.SendAsync(HttpMethod.Patch, $"/api/deployments/{deployment}/update-{what}", body);

    public static async Task<string> StatusAsync(this TestNetwork network, string deployment) =>
        (await network.GetAsync($"/api/deployments/{deployment}")).ShouldSucceed().Json.GetProperty("status").GetString()!;

    /// <summary>Has the engine do what is due until a deployment is in a state.</summary>
    public static Task<JsonElement> UntilAsync(this TestNetwork network, string deployment, Func<JsonElement, bool> reached) => Eventually.SeesAsync(async () =>
    {
        await network.Engine.DoDueAsync(TestNetwork.Cancellation);
        return (await network.GetAsync($"/api/deployments/{deployment}")).ShouldSucceed().Json;
    }, reached, $"deployment {deployment} comes there");

    /// <summary>A request with a wallet's signature, as official clients send it.</summary>
    public static Action<HttpRequestMessage> As(KeyPair wallet, string message = "NosanaApiAuthentication") => request =>
    {
        request.Headers.Add("x-user-id", wallet.Address.ToString());
        request.Headers.TryAddWithoutValidation("Authorization", SignedMessage.Create(wallet, message));
    };
}
