using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class QuoteTests
{
    [Fact]
    public async Task A_quote_tells_cost_place_and_start_and_posts_nothing()
    {
        var time = new FakeTimeProvider();
        await using var network = await TestNetwork.StartAsync(time: time);
        var cid = await network.PinAsync(TestNetwork.Hello);
        var before = await network.BalanceAsync();
        var alone = (await QuoteAsync(network, new { ipfsHash = cid, market = "default", timeout = 600 })).Json;
        alone.GetProperty("costUsd").GetDecimal().ShouldBe(0.018333334m);
        alone.GetProperty("pricePerHourUsd").GetDecimal().ShouldBe(0.11m);
        alone.GetProperty("queuePosition").GetInt32().ShouldBe(1);
        alone.GetProperty("fittingNodes").GetInt32().ShouldBe(0);
        alone.GetProperty("expectedStart").ValueKind.ShouldBe(JsonValueKind.Null);
        alone.GetProperty("refusal").ValueKind.ShouldBe(JsonValueKind.Null);

        using var node = await SimulatedNode.JoinedAsync(network);
        var free = (await QuoteAsync(network, new { ipfsHash = cid, market = Genesis.FirstMarket.ToString(), timeoutMinutes = 10 })).Json;
        free.GetProperty("node").GetString().ShouldBe(node.Address.ToString());
        free.GetProperty("queuePosition").GetInt32().ShouldBe(0);
        free.GetProperty("freeNodes").GetInt32().ShouldBe(1);
        (await network.BalanceAsync()).ShouldBe(before);
        (await network.GetAsync("/api/jobs")).Json.GetProperty("jobs").GetArrayLength().ShouldBe(0);

        await network.PostJobAsync();
        await network.PostJobAsync();
        var behind = (await QuoteAsync(network, new { ipfsHash = cid, market = "default", timeout = 600 })).Json;
        behind.GetProperty("queuePosition").GetInt32().ShouldBe(2);
        behind.GetProperty("freeNodes").GetInt32().ShouldBe(0);
        behind.GetProperty("fittingNodes").GetInt32().ShouldBe(1);
        // The one that runs, and one before it.
        (behind.GetProperty("expectedStart").GetDateTimeOffset() - time.GetUtcNow()).ShouldBe(TimeSpan.FromMinutes(20));
    }

    [Fact]
    public async Task A_definition_is_quoted_without_being_pinned()
    {
        await using var network = await TestNetwork.StartAsync();
        var definition = JsonElement.Parse(TestNetwork.Hello);
        (await QuoteAsync(network, new { definition, market = "default" })).Json.GetProperty("costUsd").GetDecimal().ShouldBe(0.11m);
        (await network.GetAsync($"/ipfs/{UnixFsImporter.CidOf(System.Text.Encoding.UTF8.GetBytes(TestNetwork.Hello))}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_a_post_would_be_refused_for_is_told_as_it_would_be()
    {
        await using var network = await TestNetwork.StartAsync();
        var cid = await network.PinAsync(TestNetwork.Hello);
        var (poor, account) = await network.NewAccountAsync();
        await RefusedAsync(new { ipfsHash = cid, market = "default" }, ErrorCode.InsufficientCredits, poor);
        await RefusedAsync(new { ipfsHash = cid, market = "nowhere" }, ErrorCode.UnknownMarket);
        await RefusedAsync(new { ipfsHash = "QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN", market = "default" }, ErrorCode.DefinitionNotFound);
        await RefusedAsync(new { ipfsHash = cid, market = "default", timeout = 1_000_000_000L }, ErrorCode.InvalidTimeout);
        await RefusedAsync(new { ipfsHash = cid, market = "default", timeoutMinutes = long.MaxValue }, ErrorCode.InvalidTimeout);
        await RefusedAsync(new { definition = new { version = "0.1" }, market = "default" }, ErrorCode.InvalidDefinition);
        await RefusedAsync(new { definition = new { }, ipfsHash = cid, market = "default" }, ErrorCode.InvalidParameter);
        (await network.SendAsync(HttpMethod.Put, "/api/credits/limits", new { account, caps = new { maxPerJobUsd = 0 } })).ShouldSucceed();
        (await network.PostAsync("/api/credits/grant", new { account, amount = 5 })).ShouldSucceed();
        (await RefusedAsync(new { ipfsHash = cid, market = "default" }, ErrorCode.CapReached, poor)).GetProperty("costUsd").GetDecimal().ShouldBe(0.11m);

        async Task<JsonElement> RefusedAsync(object body, ErrorCode code, string key = TestNetwork.OperatorKey)
        {
            var quote = (await network.PostAsync("/jobs/quote", body, key)).ShouldSucceed().Json;
            var posted = await network.PostAsync("/jobs/list", body, key);
            quote.GetProperty("refusal").GetProperty("code").GetString().ShouldBe(code.Code);
            if (!quote.GetProperty("refusal").GetProperty("error").GetString()!.Contains("definition", StringComparison.Ordinal))
                posted.Error.ShouldBe(quote.GetProperty("refusal").GetProperty("error").GetString());
            return quote;
        }
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.PostAsync("/api/jobs/quote", "{")).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.MalformedRequest);
        (await network.PostAsync("/api/jobs/quote", new { }, key: "")).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
    }

    private static async Task<Answer> QuoteAsync(TestNetwork network, object body) => (await network.PostAsync("/api/jobs/quote", body)).ShouldSucceed();
}
