using System.Net;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class DeploymentAccessTests
{
    [Fact]
    public async Task A_wallet_calls_by_its_signature_once_the_operator_opened_its_account()
    {
        await using var network = await TestNetwork.StartAsync();
        using var wallet = KeyPair.Generate();
        (await network.SendAsync(HttpMethod.Get, "/api/deployments", key: "", with: DeploymentScene.As(wallet))).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await network.PostAsync("/api/api-keys", new { newAccount = "a wallet", account = wallet.Address.ToString() })).ShouldSucceed();

        var made = (await network.SendAsync(HttpMethod.Post, "/api/deployments/create", DeploymentScene.Wish(), "", DeploymentScene.As(wallet))).ShouldSucceed().Json;
        made.GetProperty("owner").GetString().ShouldBe(wallet.Address.ToString());
        (await network.SendAsync(HttpMethod.Get, "/deployments", key: "", with: DeploymentScene.As(wallet))).ShouldSucceed().Json.GetProperty("deployments").GetArrayLength().ShouldBe(1);

        // What it signed for a node opens nothing here, nor does a wallet open what needs a key.
        (await network.SendAsync(HttpMethod.Get, "/api/deployments", key: "", with: DeploymentScene.As(wallet, "nosana-auth"))).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await network.SendAsync(HttpMethod.Get, "/api/jobs", key: "", with: DeploymentScene.As(wallet))).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
    }

    [Fact]
    public async Task What_opens_the_nodes_of_its_jobs_is_given_to_those_alone_who_may_change_it()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync();
        var route = $"/api/deployments/{id}/header";
        (await network.GetAsync(route, await KeyAsync("deployments:read", "jobs:read"))).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.InsufficientScope).Error.ShouldContain("lacks the scope deployments:write");
        (await network.GetAsync(route, await KeyAsync("deployments:write"))).ShouldSucceed().Json.GetProperty("header").GetString()!.ShouldStartWith("DEPLOYMENT_HEADER:");
        (await network.GetAsync(route)).ShouldSucceed();

        using var wallet = KeyPair.Generate();
        (await network.PostAsync("/api/api-keys", new { newAccount = "a wallet", account = wallet.Address.ToString() })).ShouldSucceed();
        var own = (await network.SendAsync(HttpMethod.Post, "/api/deployments/create", DeploymentScene.Wish(), "", DeploymentScene.As(wallet))).ShouldSucceed().Json.GetProperty("id").GetString();
        (await network.SendAsync(HttpMethod.Get, $"/api/deployments/{own}/header", key: "", with: DeploymentScene.As(wallet))).ShouldSucceed();

        async Task<string> KeyAsync(params string[] scopes) =>
            (await network.PostAsync("/api/api-keys", new { name = "few", scopes })).ShouldSucceed().Json.GetProperty("key").GetString()!;
    }

    [Fact]
    public async Task The_definition_of_a_confidential_job_opens_to_its_node_alone_and_is_in_no_file()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync(more: [("confidential", true), ("autostart", true)]);
        await network.UntilAsync(id, d => d.GetProperty("jobs_listed").GetInt32() == 1);
        var job = (await network.GetAsync($"/api/deployments/{id}/jobs")).Json.GetProperty("jobs")[0].GetProperty("job").GetString()!;
        var route = $"/api/deployments/jobs/{job}/job-definition";

        // A queued job has no node. The address of nobody is a point for which signatures can be forged.
        using var stranger = KeyPair.Generate();
        Task<Answer> AskAsync(string authorization) =>
            network.SendAsync(HttpMethod.Get, route, key: "", with: r => r.Headers.TryAddWithoutValidation("Authorization", authorization));
        (await AskAsync(SignedMessage.Create(stranger, job))).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated).Error.ShouldContain("No node has");

        using var node = await SimulatedNode.JoinedAsync(network);
        (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        (await AskAsync(SignedMessage.Create(stranger, job))).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        var given = (await AskAsync($"{job}:{node.Sign(job)}")).ShouldSucceed().Json;
        given.GetProperty("ops")[0].GetProperty("args").GetProperty("cmd")[1].GetString().ShouldBe("hi");

        // What is pinned has no operations.
        var pinned = (await network.GetAsync($"/api/jobs/{job}")).Json.GetProperty("ipfsJob").GetString();
        var stub = (await network.GetAsync($"/ipfs/{pinned}", key: "")).ShouldSucceed().Json;
        stub.GetProperty("ops").GetArrayLength().ShouldBe(0);
        stub.GetProperty("logistics").GetProperty("send").GetProperty("args").GetProperty("endpoint").GetString()!.ShouldEndWith("/api/deployments/jobs/%%global.job%%/job-definition");

        Task<Answer> DeliverAsync() => network.SendAsync(HttpMethod.Post, $"/deployments/jobs/{job}/results",
            """{"status":"success","startTime":1,"endTime":2,"opStates":[]}""", "", r => r.Headers.TryAddWithoutValidation("Authorization", $"{job}:{node.Sign(job)}"));
        (await DeliverAsync()).ShouldSucceed().Json.GetProperty("message").GetString().ShouldBe("Success");
        (await DeliverAsync()).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
        (await network.GetAsync($"/api/deployments/{id}/jobs/{job}")).ShouldSucceed().Json.GetProperty("jobResult").GetProperty("status").GetString().ShouldBe("success");
    }

    [Fact]
    public async Task A_vault_pays_for_its_deployment_and_gives_back_what_is_left()
    {
        await using var network = await TestNetwork.StartAsync();
        var before = await network.AvailableAsync();
        var vault = (await network.PostAsync("/api/deployments/vaults/create", new { name = "team" })).ShouldSucceed().Json.GetProperty("vault").GetString()!;
        (await network.PostAsync($"/api/deployments/vaults/{vault}/withdraw", new { })).ShouldRefuse(HttpStatusCode.PaymentRequired, ErrorCode.InsufficientCredits).Error.ShouldContain("Vault has no funds to withdraw");
        (await network.PostAsync($"/api/deployments/vaults/{vault}/topup", new { amount = 1000 })).ShouldRefuse(HttpStatusCode.PaymentRequired, ErrorCode.InsufficientCredits);
        (await network.PostAsync($"/api/deployments/vaults/{vault}/topup", new { amount = 5 })).ShouldSucceed().Json.GetProperty("amount").GetDecimal().ShouldBe(5);
        (await network.AvailableAsync()).ShouldBe(before - 5);

        var id = await network.CreateAsync(more: [("vault", vault), ("autostart", true)]);
        await network.UntilAsync(id, d => d.GetProperty("jobs_listed").GetInt32() == 1);
        (await network.AvailableAsync()).ShouldBe(before - 5);
        var paying = (await network.GetAsync("/api/deployments/vaults")).ShouldSucceed().Json;
        paying[1].GetProperty("available").GetDecimal().ShouldBe(4.89m);
        paying[1].GetProperty("reserved").GetDecimal().ShouldBe(0.11m);
        (await network.GetAsync("/api/jobs")).Json.GetProperty("jobs").GetArrayLength().ShouldBe(1);

        (await network.PostAsync($"/api/deployments/{id}/stop")).ShouldSucceed();
        await network.UntilAsync(id, d => d.GetProperty("status").GetString() == "STOPPED");
        (await network.PostAsync($"/api/deployments/vaults/{vault}/withdraw", new { })).ShouldSucceed().Json.GetProperty("amount").GetDecimal().ShouldBe(5);
        (await network.AvailableAsync()).ShouldBe(before);
        (await network.GetAsync("/api/credits/transactions")).Json.GetProperty("transactions").EnumerateArray().Count(t => t.GetProperty("type").GetString() == "vault_transfer").ShouldBe(2);
        var (other, _) = await network.NewAccountAsync();
        (await network.PostAsync($"/api/deployments/vaults/{vault}/withdraw", new { }, other)).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.VaultNotFound);
    }

    [Fact]
    public async Task A_new_vault_comes_with_its_deployment()
    {
        await using var network = await TestNetwork.StartAsync();
        var made = (await network.PostAsync("/api/deployments/create", DeploymentScene.Wish(more: ("new_vault", true)))).ShouldSucceed().Json;
        made.GetProperty("vault").GetString().ShouldNotBe(made.GetProperty("owner").GetString());
        (await network.GetAsync($"/api/deployments?vault={made.GetProperty("vault").GetString()}")).Json.GetProperty("pagination").GetProperty("total_items").GetInt64().ShouldBe(1);
        (await network.GetAsync("/api/deployments/vaults")).Json[1].GetProperty("name").GetString().ShouldBe("web");
    }
}
