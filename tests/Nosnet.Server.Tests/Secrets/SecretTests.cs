using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class SecretTests
{
    private const string Value = "hunter22 and more";
    private const string Asking = """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"a","args":{"image":"busybox","env":{"T":"%%secrets.TOKEN%%"}}}]}""";

    [Fact]
    public async Task A_secret_is_listed_and_replaced_and_removed_and_never_shown()
    {
        await using var network = await TestNetwork.StartAsync();
        (await PutAsync(network, "TOKEN", "the first value")).ShouldSucceed().Text.ShouldNotContain("first");
        (await PutAsync(network, "TOKEN", Value)).ShouldSucceed().Text.ShouldNotContain("hunter22");
        var list = (await network.GetAsync("/api/secrets")).ShouldSucceed();
        list.Text.ShouldNotContain("hunter22");
        var secret = list.Json.EnumerateArray().ShouldHaveSingleItem();
        secret.GetProperty("name").GetString().ShouldBe("TOKEN");
        secret.GetProperty("lastUsedAt").GetString().ShouldBeNull();
        secret.GetProperty("updatedAt").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(secret.GetProperty("createdAt").GetDateTimeOffset());

        (await network.SendAsync(HttpMethod.Delete, "/api/secrets/TOKEN")).ShouldSucceed();
        (await network.SendAsync(HttpMethod.Delete, "/api/secrets/TOKEN")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.SecretNotFound);
        (await network.GetAsync("/secrets")).Json.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task No_file_of_the_network_holds_a_value_in_plain_and_a_value_opens_only_in_its_place()
    {
        await using var network = await TestNetwork.StartAsync();
        (await PutAsync(network, "TOKEN", Value)).ShouldSucceed();
        foreach (var file in Directory.GetFiles(network.Directory).Where(f => !f.EndsWith("lock", StringComparison.Ordinal)))
            (await ReadAsync(file)).IndexOf(Encoding.UTF8.GetBytes("hunter22")).ShouldBe(-1, file);

        var stored = (await network.Server.Services.GetRequiredService<ISecretStore>().ReadAsync(OperatorAccount.Key, "TOKEN", TestNetwork.Cancellation))!;
        var seal = network.Server.Services.GetRequiredService<SecretSeal>();
        var secret = network.Server.Services.GetRequiredService<NetworkSecret>();
        seal.Open(secret.OperatorAccount, "TOKEN", stored.Value).ShouldBe(Value);
        Should.Throw<CryptographicException>(() => seal.Open(secret.OperatorAccount, "OTHER", stored.Value));
        Should.Throw<CryptographicException>(() => seal.Open(secret.NetworkAccount, "TOKEN", stored.Value));
    }

    [Theory]
    [InlineData("1st", "a value", "cannot name a secret")]
    [InlineData("WITH-DASH", "a value", "cannot name a secret")]
    [InlineData("OK", "abc", "4 characters")]
    [InlineData("OK", "     ", "4 characters")]
    [InlineData("OK", "ab\ncd", "4 characters")]
    [InlineData("OK", "a\0value", "NUL")]
    public async Task A_secret_that_cannot_be_is_refused(string name, string value, string says)
    {
        await using var network = await TestNetwork.StartAsync();
        (await PutAsync(network, name, value)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain(says);
    }

    [Fact]
    public async Task A_secret_has_64_KiB_at_most_and_its_key_needs_the_scope()
    {
        await using var network = await TestNetwork.StartAsync();
        (await PutAsync(network, "BIG", new string('x', SecretRequest.MostBytes))).ShouldSucceed();
        (await PutAsync(network, "BIGGER", new string('x', SecretRequest.MostBytes + 1))).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
        var narrow = (await network.PostAsync("/api/api-keys", new { name = "n", scopes = new[] { "jobs:write" } })).Json.GetProperty("key").GetString()!;
        (await PutAsync(network, "TOKEN", Value, narrow)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.InsufficientScope);
    }

    [Fact]
    public async Task A_job_that_names_a_secret_which_its_account_does_not_have_is_refused_by_the_secrets_name()
    {
        await using var network = await TestNetwork.StartAsync();
        (await PutAsync(network, "TOKEN", Value)).ShouldSucceed();
        var (other, _) = await network.NewAccountAsync(credits: 1);
        var cid = await network.PinAsync(Asking);
        (await network.PostAsync("/api/jobs/list", new { ipfsHash = cid, market = Genesis.FirstMarket.ToString() }, other))
            .ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.UnknownSecret).Error.ShouldContain("'TOKEN'");
        (await network.PostAsync("/api/jobs/list", new { ipfsHash = cid, market = Genesis.FirstMarket.ToString() })).ShouldSucceed();
    }

    [Fact]
    public async Task Only_the_node_that_has_the_run_gets_the_secrets_that_its_definition_names_and_only_while_it_has_it()
    {
        await using var network = await TestNetwork.StartAsync();
        (await PutAsync(network, "TOKEN", Value)).ShouldSucceed();
        (await PutAsync(network, "OTHER", "not asked for")).ShouldSucceed();
        using var node = await SimulatedNode.JoinedAsync(network);
        using var stranger = await SimulatedNode.JoinedAsync(network);
        await network.PostJobAsync(Asking);
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();

        var answer = (await GetAsync(network, run, node.Token)).ShouldSucceed().Json;
        answer.GetProperty("values").EnumerateObject().ShouldHaveSingleItem().Value.GetString().ShouldBe(Value);
        Convert.FromBase64String(answer.GetProperty("sealingKey").GetString()!).Length.ShouldBe(32);
        (await GetAsync(network, run, node.Token)).Json.GetProperty("sealingKey").GetString().ShouldBe(answer.GetProperty("sealingKey").GetString());
        (await network.GetAsync("/api/secrets")).Json.EnumerateArray().Single(s => s.GetProperty("name").GetString() == "TOKEN").GetProperty("lastUsedAt").GetString().ShouldNotBeNull();

        (await GetAsync(network, run with { Epoch = run.Epoch + 1 }, node.Token)).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.StaleEpoch);
        (await GetAsync(network, run, stranger.Token)).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.StaleEpoch);
        (await GetAsync(network, run, TestNetwork.OperatorKey)).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await node.FinishAsync(run, await node.PinAsync(Results.Of("a", "hi")))).ShouldSucceed();
        (await GetAsync(network, run, node.Token)).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.StaleEpoch);
    }

    [Fact]
    public async Task A_registry_password_in_a_definition_is_taken_with_a_warning()
    {
        await using var network = await TestNetwork.StartAsync();
        (await PutAsync(network, "TOKEN", Value)).ShouldSucceed();
        (await WarningsAsync("open")).ShouldHaveSingleItem().ShouldContain("%%secrets.");
        (await WarningsAsync("%%secrets.TOKEN%%")).ShouldBeNull();

        async Task<string[]?> WarningsAsync(string password)
        {
            var cid = await network.PinAsync(Asking.Replace("\"env\"", $$$"""
                "authentication":{"docker":{"username":"u","password":"{{{password}}}"}},"env"
                """, StringComparison.Ordinal));
            var posted = (await network.PostAsync("/api/jobs/list", new { ipfsHash = cid, market = Genesis.FirstMarket.ToString() })).ShouldSucceed().Json;
            return posted.TryGetProperty("warnings", out var warnings) ? [.. warnings.EnumerateArray().Select(w => w.GetString()!)] : null;
        }
    }

    private static Task<Answer> PutAsync(TestNetwork network, string name, string value, string key = TestNetwork.OperatorKey) =>
        network.SendAsync(HttpMethod.Put, $"/api/secrets/{name}", new { value }, key);

    private static Task<Answer> GetAsync(TestNetwork network, Assignment run, string token) =>
        network.GetAsync($"/api/nodes/runs/{run.Run}/secrets?epoch={run.Epoch}", token);

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, TestNetwork.Cancellation);
        return bytes.ToArray();
    }
}
