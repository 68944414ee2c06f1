using System.Net;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>Bad input of the routes that move credits: what is answered, and that nothing has changed.</summary>
public sealed class RefusedPostsTests
{
    private static readonly string Market = Genesis.FirstMarket.ToString();

    [Fact]
    public async Task A_market_that_is_not_there_is_refused() =>
        await RefusesAsync(async n => new { ipfsHash = await n.PinAsync(TestNetwork.Hello), market = "7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGHq" },
            HttpStatusCode.BadRequest, ErrorCode.UnknownMarket, "There is no market");

    [Fact]
    public async Task A_market_with_no_such_slug_is_refused() =>
        await RefusesAsync(async n => new { ipfsHash = await n.PinAsync(TestNetwork.Hello), market = "nowhere" },
            HttpStatusCode.BadRequest, ErrorCode.UnknownMarket, "'nowhere'");

    [Fact]
    public async Task A_closed_market_is_refused() => await RefusesAsync(async n =>
    {
        (await n.SendAsync(HttpMethod.Delete, "/api/markets/default")).ShouldSucceed();
        return new { ipfsHash = await n.PinAsync(TestNetwork.Hello), market = Market };
    }, HttpStatusCode.BadRequest, ErrorCode.MarketClosed, "is closed");

    [Fact]
    public async Task A_node_that_is_not_there_is_refused() =>
        await RefusesAsync(async n => new { ipfsHash = await n.PinAsync(TestNetwork.Hello), market = Market, node = "9HnJacS25TnErsKMYJmKqWeCAMYuwY7gzhz9Eqhp5VE7" },
            HttpStatusCode.BadRequest, ErrorCode.UnknownNode, "Leave out 'node'");

    [Fact]
    public async Task A_node_without_a_free_slot_is_refused() => await RefusesAsync(async n =>
    {
        using var node = await SimulatedNode.JoinedAsync(n);
        await n.PostJobAsync();
        return new { ipfsHash = await n.PinAsync(TestNetwork.Hello), market = Market, node = node.Address.ToString() };
    }, HttpStatusCode.Conflict, ErrorCode.NodeBusy, "no free slot");

    [Fact]
    public async Task A_definition_that_is_not_pinned_is_refused() =>
        await RefusesAsync(_ => Task.FromResult<object>(new { ipfsHash = UnixFsImporter.CidOf("nobody pinned this"u8).ToString(), market = Market }),
            HttpStatusCode.BadRequest, ErrorCode.DefinitionNotFound, "is not pinned");

    [Fact]
    public async Task A_hash_that_is_no_cid_is_refused() =>
        await RefusesAsync(_ => Task.FromResult<object>(new { ipfsHash = "hello", market = Market }), HttpStatusCode.BadRequest, ErrorCode.InvalidParameter, "not a CIDv0");

    [Theory]
    [InlineData("""{"market":"m"}""", "'ipfsHash'")]
    [InlineData("""{"ipfsHash":"Qm"}""", "'market'")]
    public async Task A_missing_field_is_named(string body, string named) =>
        await RefusesAsync(_ => Task.FromResult<object>(body), HttpStatusCode.BadRequest, ErrorCode.InvalidParameter, named);

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("86401")]
    [InlineData("9223372036854775807")]
    [InlineData("\"0\"")]
    public async Task A_timeout_out_of_range_is_refused(string timeout) =>
        await RefusesAsync(async n => $$"""{"ipfsHash":"{{await n.PinAsync(TestNetwork.Hello)}}","market":"{{Market}}","timeout":{{timeout}}}""",
            HttpStatusCode.BadRequest, ErrorCode.InvalidTimeout, "1 to 86400");

    [Theory]
    [InlineData("1.5")]
    [InlineData("\"soon\"")]
    [InlineData("99999999999999999999")]
    [InlineData("[]")]
    public async Task A_timeout_that_is_no_whole_number_is_named_by_its_path(string timeout) =>
        await RefusesAsync(async n => $$"""{"ipfsHash":"{{await n.PinAsync(TestNetwork.Hello)}}","market":"{{Market}}","timeout":{{timeout}}}""",
            HttpStatusCode.BadRequest, ErrorCode.MalformedRequest, "$.timeout");

    [Fact]
    public async Task Two_timeouts_are_refused() =>
        await RefusesAsync(async n => new { ipfsHash = await n.PinAsync(TestNetwork.Hello), market = Market, timeout = 60, timeoutMinutes = 1 },
            HttpStatusCode.BadRequest, ErrorCode.InvalidParameter, "only one");

    [Fact]
    public async Task Too_few_credits_are_told_with_both_amounts()
    {
        await using var network = await TestNetwork.StartAsync();
        var (poor, _) = await network.NewAccountAsync(credits: 0.01m);
        var before = await network.BalanceAsync(poor);
        var answer = await network.PostAsync("/api/jobs/list", new { ipfsHash = await network.PinAsync(TestNetwork.Hello, poor), market = Market, timeout = 3600 }, poor);
        answer.ShouldRefuse(HttpStatusCode.PaymentRequired, ErrorCode.InsufficientCredits).Error.ShouldBe("Insufficient credits. Available: $0.010, Required: $0.110");
        (await network.BalanceAsync(poor)).ShouldBe(before);
    }

    [Fact]
    public async Task A_malformed_definition_is_refused_with_every_finding()
    {
        var answer = await RefusesAsync(
            async n => new { ipfsHash = await n.PinAsync("""{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"a","args":{"cmd":[1]}}],"extra":true}"""), market = Market },
            HttpStatusCode.BadRequest, ErrorCode.InvalidDefinition, "is not valid");
        var paths = answer.Json.GetProperty("details").EnumerateArray().Select(d => d.GetProperty("path").GetString()).ToList();
        paths.ShouldContain("$.ops[0].args.image");
        paths.ShouldContain("$.ops[0].args.cmd[0]");
        paths.ShouldContain("$.extra");
    }

    [Fact]
    public async Task A_file_that_is_no_json_is_no_definition()
    {
        await RefusesAsync(async n =>
        {
            using var form = new MultipartFormDataContent { { new StringContent("not json"), "file", "blob" } };
            var cid = (await n.PostAsync("/pinning/pinFileToIPFS", form)).Json.GetProperty("IpfsHash").GetString();
            return new { ipfsHash = cid, market = Market };
        }, HttpStatusCode.BadRequest, ErrorCode.InvalidDefinition, "no JSON");
    }

    [Fact]
    public async Task A_definition_of_more_than_a_mebibyte_is_refused() => await RefusesAsync(
        async n => new { ipfsHash = await n.PinAsync($"{{\"version\":\"{new string('0', DefinitionLimits.Bytes)}\"}}"), market = Market },
        HttpStatusCode.BadRequest, ErrorCode.InvalidDefinition, "larger than");

    [Fact]
    public async Task A_body_that_is_no_json_is_refused() =>
        await RefusesAsync(_ => Task.FromResult<object>("{\"ipfsHash\": "), HttpStatusCode.BadRequest, ErrorCode.MalformedRequest, "not valid JSON from line 1");

    [Fact]
    public async Task No_body_is_refused() => await RefusesAsync(_ => Task.FromResult<object>(""), HttpStatusCode.BadRequest, ErrorCode.MalformedRequest, "no body");

    [Theory]
    [InlineData(1_100_000)]
    [InlineData(50_000_000)]
    public async Task A_body_over_the_limit_is_refused_in_words_and_not_by_a_broken_connection(int length) =>
        await RefusesAsync(_ => Task.FromResult<object>($"{{\"x\":\"{new string('a', length)}\"}}"), HttpStatusCode.RequestEntityTooLarge, ErrorCode.TooLarge, "larger");

    [Theory]
    [InlineData("{}", "'seconds'")]
    [InlineData("""{"seconds":60,"timeout":1}""", "Send one of them")]
    public async Task An_extension_without_one_length_is_refused(string body, string named)
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync();
        var before = await network.BalanceAsync();
        (await network.PostAsync($"/api/jobs/{job}/extend", body)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain(named);
        (await network.BalanceAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_400)]
    public async Task An_extension_out_of_range_is_refused(long seconds)
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync();
        var before = await network.BalanceAsync();
        (await network.PostAsync($"/api/jobs/{job}/extend", new { seconds })).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidTimeout);
        (await network.BalanceAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task An_ended_job_is_not_extended()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync();
        await network.PostAsync($"/api/jobs/{job}/stop");
        (await network.PostAsync($"/api/jobs/{job}/extend", new { seconds = 60 })).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.JobEnded);
        (await network.AvailableAsync()).ShouldBe(100);
    }

    /// <summary>Posts what is made of a new network, and has it refused without a change of any balance or of the list of jobs.</summary>
    private static async Task<Answer> RefusesAsync(Func<TestNetwork, Task<object>> body, HttpStatusCode status, ErrorCode code, string says)
    {
        await using var network = await TestNetwork.StartAsync();
        var sent = await body(network);
        var (balance, jobs) = (await network.BalanceAsync(), (await network.GetAsync("/api/jobs")).Text);
        var answer = (await network.PostAsync("/api/jobs/list", sent)).ShouldRefuse(status, code);
        answer.Error.ShouldContain(says);
        (await network.BalanceAsync()).ShouldBe(balance);
        (await network.GetAsync("/api/jobs")).Text.ShouldBe(jobs);
        return answer;
    }
}
