using System.Text;
using System.Text.Json;

namespace Nosnet.Cli.Tests;

public sealed class OtherCommandsTests
{
    private const string HelloCid = "QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN";

    [Fact]
    public async Task A_file_is_added_and_its_CID_is_the_data()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /pinning/pinFileToIPFS", $$"""{"IpfsHash":"{{HelloCid}}","PinSize":6}""");
        using var file = new TestFile("hello\n");
        (await Cli.RunAsync(network, "ipfs", "add", file.Path)).Out.ShouldBe($"{HelloCid}\n");
        network.Request.Body.ShouldContain("\r\n\r\nhello\n\r\n--");
        var piped = await Cli.RunAsync("hello\n", [.. Cli.At(network, "ipfs", "add", "-", "--json")]);
        JsonElement.Parse(piped.Out).GetProperty("cid").GetString().ShouldBe(HelloCid);
    }

    [Theory]
    [InlineData("node", "start", "--url", "http://127.0.0.1:9")]
    [InlineData("serve", "--node")]
    public async Task A_policy_that_cannot_be_used_is_refused_with_its_places_before_anything_starts(params string[] command)
    {
        using var policy = new TestFile("""{"readonlyRoot":true,"limits":{"pids":"many"}}""");
        var run = await Cli.RunAsync([.. command, "--policy", policy.Path]);
        run.Code.ShouldBe(ExitCodes.Usage);
        run.Error.ShouldContain("$.limits.pids: found the text \"many\"; allowed: a whole number from 4 to 4194304.");
        run.Error.ShouldContain("$.readonlyRoot: found an unknown field; allowed: readOnlyRoot, allowedRegistries, egress, runtime or limits in a policy.");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_added()
    {
        await using var network = await TestNetwork.StartAsync();
        (await Cli.RunAsync(network, "ipfs", "add", "nowhere")).ShouldBe(new CliRun(ExitCodes.Usage, "", "nosnet: There is no file 'nowhere'.\n", []), Same);
    }

    [Fact]
    public async Task A_file_is_read_to_standard_output_byte_by_byte()
    {
        await using var network = await TestNetwork.StartAsync();
        byte[] content = [0, 255, 10, 13, 0xEF, 0xBB, 0xBF];
        network.Answer($"GET /ipfs/{HelloCid}", context => context.Response.Body.WriteAsync(content).AsTask());
        (await Cli.RunAsync(network, "ipfs", "get", HelloCid)).Bytes.ShouldBe(content);
    }

    [Fact]
    public async Task A_file_is_saved_whole_or_not_at_all()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /ipfs/{HelloCid}", "hello\n", 200, "text/plain");
        network.Answer($"GET /ipfs/{Sample.Cid}", async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("half"));
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        using var file = new TestFile("before");
        (await Cli.RunAsync(network, "ipfs", "get", Sample.Cid, "-o", file.Path)).Code.ShouldNotBe(ExitCodes.Ok);
        File.ReadAllText(file.Path).ShouldBe("before");
        Directory.GetFiles(Path.GetDirectoryName(file.Path)!, Path.GetFileName(file.Path) + "*").ShouldBe([file.Path]);
        (await Cli.RunAsync(network, "ipfs", "get", HelloCid, "-o", file.Path)).Code.ShouldBe(ExitCodes.Ok);
        File.ReadAllText(file.Path).ShouldBe("hello\n");
    }

    [Fact]
    public async Task Credits_are_shown()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", """{"assignedCredits":10,"reservedCredits":1,"settledCredits":2}""");
        (await Cli.RunAsync(network, "credits")).Out.ShouldMatch(@"available\s+\$7\.000\s");
        JsonElement.Parse((await Cli.RunAsync(network, "credits", "--json")).Out).GetProperty("availableCredits").GetDecimal().ShouldBe(7);
    }

    [Fact]
    public async Task Credits_are_granted()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/credits/grant", $$$"""
            {"tx":"T","account":"{{{Sample.Account}}}","balance":{"assignedCredits":12.5,"reservedCredits":0,"settledCredits":0}}
            """);
        var run = await Cli.RunAsync(network, "credits", "grant", "12.5", "--account", Sample.Account);
        network.Request.Body.ShouldBe($$"""{"amount":12.5,"account":"{{Sample.Account}}"}""");
        run.Error.ShouldBe($"Gave $12.500 to {Sample.Account}.\n");
        run.Out.ShouldContain("$12.500");
    }

    [Fact]
    public async Task A_grant_of_nothing_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        (await Cli.RunAsync(network, "credits", "grant", "0")).Code.ShouldBe(ExitCodes.Usage);
        network.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Markets_are_listed()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/markets/", $$"""[{"address":"{{Sample.Market}}","slug":"gpu","name":"GPU","price_per_hour":0.05,"gpu_types":["RTX"],"queued_jobs":1,"running_jobs":2,"free_nodes":3,"open":true}]""");
        var row = (await Cli.RunAsync(network, "market", "list")).Out.TrimEnd().Split('\n')[1];
        row.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(["gpu", Sample.Market, "$0.050", "RTX", "1", "2", "3", "yes"]);
    }

    [Fact]
    public async Task A_market_is_opened()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/markets", $$"""{"address":"{{Sample.Market}}","slug":"gpu","name":"GPU","price_per_hour":0.055}""");
        var run = await Cli.RunAsync(
            network, "market", "create", "gpu", "--reward", "0.05", "--fee", "10", "--max-timeout", "2h", "--hardware", "RTX 4090", "--hardware", "RTX 3090");
        network.Request.Body.ShouldBe("""{"slug":"gpu","usdRewardPerHour":0.05,"networkFeePercentage":10,"maxTimeoutSeconds":7200,"gpuTypes":["RTX 4090","RTX 3090"]}""");
        run.Out.ShouldBe($"{Sample.Market}\n");
        run.Error.ShouldBe("Opened the market gpu at $0.055 per hour.\n");
    }

    [Fact]
    public async Task A_market_is_changed_in_what_is_named()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("PATCH /api/markets/gpu", $$"""{"address":"{{Sample.Market}}","slug":"gpu","name":"GPU","price_per_hour":0.22}""");
        var run = await Cli.RunAsync(network, "market", "update", "gpu", "--reward", "0.2", "--queue-expiry", "2h");
        network.Request.Body.ShouldBe("""{"usdRewardPerHour":0.2,"queueExpirySeconds":7200}""");
        run.Out.ShouldBe($"{Sample.Market}\n");
        run.Error.ShouldBe("Changed the market gpu at $0.220 per hour.\n");
    }

    [Fact]
    public async Task A_change_of_a_market_names_what_is_to_change()
    {
        await using var network = await TestNetwork.StartAsync();
        var run = await Cli.RunAsync(network, "market", "update", "gpu");
        run.Code.ShouldBe(ExitCodes.Usage);
        run.Error.ShouldBe("nosnet: What is to change? Give one or more of --reward, --fee, --title, --max-timeout, --queue-expiry, --hardware, --required-image.\n");
        network.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("close", "false", "Closed the market gpu to new jobs; those that it has go on.")]
    [InlineData("reopen", "true", "Opened the market gpu at $0.055 per hour again.")]
    public async Task A_market_is_closed_and_opened_again(string word, string open, string sentence)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("PATCH /api/markets/gpu", $$"""{"address":"{{Sample.Market}}","slug":"gpu","name":"GPU","price_per_hour":0.055}""");
        var run = await Cli.RunAsync(network, "market", word, "gpu");
        network.Request.Body.ShouldBe($$"""{"open":{{open}}}""");
        run.Error.ShouldBe(sentence + "\n");
    }

    [Fact]
    public async Task Accounts_are_listed_with_what_they_have_spent_and_earned()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/accounts?limit=100", $$"""
            {"accounts":[{"account":"{{Sample.Account}}","name":"ada","role":"user","createdAt":"2026-01-02T03:04:05Z","availableCredits":1,"reservedCredits":2,"settledCredits":3,
             "earnedCredits":0,"jobs":4}],"nextCursor":null}
            """);
        var row = (await Cli.RunAsync(network, "account", "list")).Out.TrimEnd().Split('\n')[1];
        row.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[..8].ShouldBe([Sample.Account, "ada", "user", "$1.000", "$2.000", "$3.000", "$0.000", "4"]);
        JsonElement.Parse((await Cli.RunAsync(network, "account", "list", "--json")).Out)[0].GetProperty("name").GetString().ShouldBe("ada");
    }

    [Fact]
    public async Task A_key_is_made_and_printed_alone()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/api-keys", $$"""{"id":"k1","name":"ci","account":"{{Sample.Account}}","key":"nos_secret"}""");
        var run = await Cli.RunAsync(network, "key", "create", "ci", "--scope", "jobs:read", "--expires-in", "30d");
        network.Request.Body.ShouldBe("""{"name":"ci","expiresIn":2592000,"scopes":["jobs:read"]}""");
        run.Out.ShouldBe("nos_secret\n");
        run.Error.ShouldNotContain("nos_secret");
    }

    [Fact]
    public async Task A_key_belongs_to_one_account()
    {
        await using var network = await TestNetwork.StartAsync();
        (await Cli.RunAsync(network, "key", "create", "ci", "--account", Sample.Account, "--new-account", "team")).Code.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task A_key_is_made_with_caps_listed_and_capped_anew()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/api-keys", """{"id":"k1","name":"ci","key":"nos_secret"}""");
        await Cli.RunAsync(network, "key", "create", "ci", "--max-reserved", "5", "--max-per-day", "10", "--max-per-job", "0.5");
        network.Request.Body.ShouldBe("""{"name":"ci","caps":{"maxReservedUsd":5,"maxPerDayUsd":10,"maxPerJobUsd":0.5}}""");

        network.Answer("GET /api/api-keys", """[{"id":"k1","name":"ci","status":"active","caps":{"maxPerDayUsd":10}}]""");
        var row = (await Cli.RunAsync(network, "key", "list")).Out.TrimEnd().Split('\n')[1];
        row.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(["k1", "ci", "active", "–", "–", "$10.000", "–"]);
        JsonElement.Parse((await Cli.RunAsync(network, "key", "list", "--json")).Out)[0].GetProperty("id").GetString().ShouldBe("k1");

        network.Answer("PUT /api/api-keys/k1/caps", """{"id":"k1","name":"ci"}""");
        (await Cli.RunAsync(network, "key", "cap", "k1", "--none")).Error.ShouldBe("The key ci has no caps.\n");
        network.Requests[^1].Body.ShouldBe("{}");
    }

    [Theory]
    [InlineData("key", "cap", "k1")]
    [InlineData("key", "cap", "k1", "--none", "--max-per-day", "1")]
    [InlineData("credits", "cap")]
    public async Task Caps_are_taken_away_only_by_who_says_so(params string[] args)
    {
        await using var network = await TestNetwork.StartAsync();
        (await Cli.RunAsync(network, args)).Code.ShouldBe(ExitCodes.Usage);
        network.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_is_deleted_by_its_id()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/api-keys/k1/delete", "", 204);
        (await Cli.RunAsync(network, "key", "delete", "k1")).Error.ShouldBe("Removed k1.\n");
    }

    [Fact]
    public async Task Limits_are_set_and_shown()
    {
        await using var network = await TestNetwork.StartAsync();
        var limits = $$"""{"account":"{{Sample.Account}}","caps":{"maxPerDayUsd":10},"reservedUsd":1,"spentTodayUsd":2,"dayEndsAt":"2026-01-02T00:00:00Z"}""";
        network.Answer("PUT /api/credits/limits", limits);
        network.Answer("GET /api/credits/limits", limits);
        var run = await Cli.RunAsync(network, "credits", "cap", "--account", Sample.Account, "--max-per-day", "10");
        network.Request.Body.ShouldBe($$"""{"caps":{"maxPerDayUsd":10},"account":"{{Sample.Account}}"}""");
        run.Error.ShouldBe($"The account {Sample.Account} has these caps from now on.\n");
        (await Cli.RunAsync(network, "credits", "limits")).Out.ShouldMatch(@"today\s+\$2\.000 of \$10\.000");
    }

    [Fact]
    public async Task Events_are_printed_a_line_each_until_the_network_refuses()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents("GET /api/events", $"event: event\nid: P1\ndata: {{\"id\":\"P1\",\"type\":\"job.ended\",\"at\":\"2026-01-01T00:00:00Z\",\"tx\":\"T\",\"account\":\"{Sample.Account}\",\"reason\":\"timed_out\",\"amountUsd\":0.5}}\n\n");
        network.Answer("GET /api/events", """{"error":"No.","message":"No.","statusCode":401,"code":"UNAUTHENTICATED"}""", 401);
        var run = await Cli.RunAsync(network, "events", "--after", "0");
        run.Out.ShouldBe("2026-01-01 00:00:00Z  job.ended  timed_out  $0.500\n");
        run.Code.ShouldBe(ExitCodes.Error);
        network.Requests[0].Target.ShouldBe("/api/events?after=0");
    }

    [Fact]
    public async Task A_webhook_is_made_and_its_secret_printed_alone()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/webhooks", """{"id":"wh_1","url":"https://example.com/","events":["job.ended"],"createdAt":"2026-01-01T00:00:00Z","secret":"whsec_AAAA"}""");
        var run = await Cli.RunAsync(network, "webhook", "create", "https://example.com/", "--event", "job.ended");
        network.Request.Body.ShouldBe("""{"url":"https://example.com/","events":["job.ended"]}""");
        run.Out.ShouldBe("whsec_AAAA\n");
        run.Error.ShouldBe("Made webhook wh_1. Keep its secret: it is shown only now.\n");
    }

    [Fact]
    public async Task An_empty_list_is_said_to_be_empty()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/webhooks", "[]");
        var run = await Cli.RunAsync(network, "webhook", "list");
        (run.Code, run.Out, run.Error).ShouldBe((ExitCodes.Ok, "", "There are none.\n"));
        (await Cli.RunAsync(network, "webhook", "list", "--json")).Out.Trim().ShouldBe("[]");
    }

    [Fact]
    public async Task The_attempts_of_a_webhook_are_shown()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/webhooks/wh_1/deliveries", """[{"messageId":"msg_1","type":"job.ended","attempt":1,"at":"2026-01-01T00:00:00Z","outcome":"retrying","status":500,"error":"It answered 500.","milliseconds":5}]""");
        var row = (await Cli.RunAsync(network, "webhook", "log", "wh_1")).Out.TrimEnd().Split('\n')[1];
        row.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(["2026-01-01 00:00:00Z", "job.ended", "1", "retrying", "500", "It answered 500.", "msg_1"]);
    }

    [Fact]
    public async Task Places_for_webhooks_that_are_none_are_refused_before_anything_starts()
    {
        var run = await Cli.RunAsync("serve", "--allow-webhook", "not a host");
        run.Code.ShouldBe(ExitCodes.Usage);
        run.Error.ShouldContain("--allow-webhook");
    }

    private static readonly IEqualityComparer<CliRun> Same =
        EqualityComparer<CliRun>.Create((a, b) => (a?.Code, a?.Out, a?.Error) == (b?.Code, b?.Out, b?.Error), run => run.Code);
}
