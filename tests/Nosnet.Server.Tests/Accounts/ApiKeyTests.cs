using System.Net;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class ApiKeyTests
{
    [Fact]
    public async Task A_new_key_works_at_once_is_shown_once_and_opens_nothing_once_removed()
    {
        await using var network = await TestNetwork.StartAsync();
        var made = (await network.PostAsync("/api/api-keys", new { name = "ci" })).ShouldSucceed().Json;
        var (id, key) = (made.GetProperty("id").GetString(), made.GetProperty("key").GetString()!);
        key.ShouldStartWith("nos_");
        (await network.GetAsync("/api/jobs", key)).ShouldSucceed();
        var list = (await network.GetAsync("/api/api-keys")).ShouldSucceed();
        list.Text.ShouldNotContain(key);
        list.Json.EnumerateArray().Select(k => k.GetProperty("id").GetString()).ShouldContain(id);

        (await network.SendAsync(HttpMethod.Delete, $"/api/api-keys/{id}")).ShouldSucceed();
        (await network.GetAsync("/api/jobs", key)).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await network.PostAsync($"/api/api-keys/{id}/delete")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.ApiKeyNotFound);
    }

    [Fact]
    public async Task Nobody_removes_the_key_of_another_account()
    {
        await using var network = await TestNetwork.StartAsync();
        var (one, _) = await network.NewAccountAsync();
        var (other, _) = await network.NewAccountAsync();
        var id = (await network.GetAsync("/api/api-keys", one)).Json[0].GetProperty("id").GetString();
        (await network.PostAsync($"/api/api-keys/{id}/delete", null, other)).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.ApiKeyNotFound);
        (await network.GetAsync("/api/jobs", one)).ShouldSucceed();
    }

    [Theory]
    [InlineData("""{}""", "'name'")]
    [InlineData("""{"name":""}""", "'name'")]
    [InlineData("""{"name":"x","scopes":["jobs:read","jobs:eat"]}""", "'scopes'")]
    [InlineData("""{"name":"x","scopes":[]}""", "'scopes'")]
    [InlineData("""{"name":"x","expiresIn":0}""", "'expiresIn'")]
    [InlineData("""{"name":"x","account":"a","newAccount":"b"}""", "not a wallet's address")]
    public async Task A_key_that_cannot_be_is_refused(string body, string says)
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.PostAsync("/api/api-keys", body)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain(says);
    }

    [Fact]
    public async Task A_key_gives_no_more_than_it_has()
    {
        await using var network = await TestNetwork.StartAsync();
        var narrow = (await network.PostAsync("/api/api-keys", new { name = "n", scopes = new[] { "api-keys:manage", "jobs:read" } })).Json.GetProperty("key").GetString();
        (await network.PostAsync("/api/api-keys", new { name = "m", scopes = new[] { "jobs:write" } }, narrow)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.InsufficientScope);
        var same = (await network.PostAsync("/api/api-keys", new { name = "m" }, narrow)).ShouldSucceed().Json;
        same.GetProperty("scopes").EnumerateArray().Select(s => s.GetString()).ShouldBe(["api-keys:manage", "jobs:read"]);
    }

    [Fact]
    public async Task Keys_and_accounts_outlive_the_server()
    {
        var directory = TestNetwork.NewDirectory();
        try
        {
            string key;
            await using (var network = await TestNetwork.StartAsync(directory: directory))
                (key, _) = await network.NewAccountAsync(credits: 2);
            await using (var again = await TestNetwork.StartAsync(directory: directory))
                (await again.AvailableAsync(key)).ShouldBe(2);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("""{"name":"x"}""", false)]
    [InlineData("""{"name":"x","expiresIn":3601}""", false)]
    [InlineData("""{"name":"x","expiresIn":3000}""", true)]
    public async Task A_key_that_expires_makes_none_that_outlives_it(string request, bool isMade)
    {
        await using var network = await TestNetwork.StartAsync();
        var brief = (await network.PostAsync("/api/api-keys", new { name = "short", expiresIn = 3600 })).Json.GetProperty("key").GetString();

        var answer = await network.PostAsync("/api/api-keys", request, brief);

        if (isMade)
            answer.ShouldSucceed();
        else
            answer.ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain("outlives");
    }
}
