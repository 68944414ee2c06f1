namespace Nosnet.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("nosnet [command]")]
    [InlineData("nosnet job [command]", "job")]
    public async Task Without_a_command_the_usage_goes_where_talk_goes(string usage, params string[] args)
    {
        var run = await Cli.RunAsync(args);
        run.Code.ShouldBe(ExitCodes.Usage);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldContain(usage);
    }

    [Theory]
    [InlineData("There is no 'nosnet jo'. Did you mean 'nosnet job'? See 'nosnet --help'.", "jo", "post")]
    [InlineData("There is no 'nosnet job pots'. Did you mean 'nosnet job post'? See 'nosnet job --help'.", "job", "pots")]
    [InlineData("There is no 'nosnet job lst'. Did you mean 'nosnet job list'? See 'nosnet job --help'.", "job", "lst")]
    [InlineData("There is no 'nosnet jobs'. Did you mean 'nosnet job'? See 'nosnet --help'.", "jobs")]
    [InlineData("There is no 'nosnet job dance'. See 'nosnet job --help'.", "job", "dance")]
    [InlineData("'nosnet credits' has no option --josn. Did you mean '--json'? See 'nosnet credits --help'.", "credits", "--josn")]
    [InlineData("'nosnet job get' has no option --colour. See 'nosnet job get --help'.", "job", "get", "7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGHq", "--colour")]
    [InlineData("--url goes behind its command: nosnet credits --url. See 'nosnet credits --help'.", "--url", "http://127.0.0.1:9", "credits")]
    [InlineData("--type takes stdout, stderr, info, error or progress; not 'foo'. See 'nosnet job logs --help'.", "job", "logs", "7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGHq", "--type", "foo")]
    [InlineData("--post-timeout-unit takes seconds or minutes; not 'hours'. See 'nosnet serve --help'.", "serve", "--post-timeout-unit", "hours")]
    [InlineData("'replicas' takes a whole number; not 'x'. See 'nosnet deployment scale --help'.", "deployment", "scale", "web", "x")]
    [InlineData("--limit takes a whole number; not 'many'. See 'nosnet job list --help'.", "job", "list", "--limit", "many")]
    [InlineData("--to takes a whole number; not '1.5'. See 'nosnet deployment rollback --help'.", "deployment", "rollback", "web", "--to", "1.5")]
    [InlineData("--fee takes a number; not 'x'. See 'nosnet market create --help'.", "market", "create", "gpu", "--reward", "1", "--fee", "x")]
    [InlineData("--slots needs --node: it is about the node beside the server. See 'nosnet serve --help'.", "serve", "--slots", "3")]
    [InlineData("--cache-size needs --node: it is about the node beside the server. See 'nosnet serve --help'.", "serve", "--cache-size", "3G")]
    [InlineData("'xyz' is not an account address; one is 32 bytes in base58, 32 to 44 characters. See 'nosnet credits grant --help'.", "credits", "grant", "1", "--account", "xyz")]
    [InlineData("Required argument 'job' missing for command: 'get'. See 'nosnet job get --help'.", "job", "get")]
    [InlineData("'x' is not a job address; one is 32 bytes in base58, 32 to 44 characters. See 'nosnet job get --help'.", "job", "get", "x")]
    [InlineData("'5x' is no duration; one looks like 90s, 60m, 2h, 1h30m or 1d, and a bare number is minutes. See 'nosnet job post --help'.", "job", "post", "f", "--timeout", "5x")]
    [InlineData("'x' is no amount of credits; one is in USD with at most nine decimals, such as 12.5. See 'nosnet credits grant --help'.", "credits", "grant", "x")]
    [InlineData("'done' is no state; the states are pending, running, completed, failed and stopped. See 'nosnet job list --help'.", "job", "list", "--state", "running,done")]
    [InlineData("'Qm' is not a CIDv0; one starts with Qm and has 46 characters. See 'nosnet ipfs get --help'.", "ipfs", "get", "Qm")]
    [InlineData("A node has 1 to 1000 slots. See 'nosnet node start --help'.", "node", "start", "--slots", "0")]
    public async Task A_mistake_in_typing_is_told_in_a_sentence(string sentence, params string[] args)
    {
        var run = await Cli.RunAsync(args);
        run.Error.ShouldBe($"nosnet: {sentence}\n");
        run.Out.ShouldBeEmpty();
        run.Code.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why_and_calls_it_no_surprise()
    {
        var file = Path.GetTempFileName();
        var run = await Cli.RunAsync("serve", "--url", "http://127.0.0.1:0", "--data", file);
        File.Delete(file);
        run.Error.ShouldStartWith($"nosnet: The data directory {file} cannot be made:");
        run.Error.ShouldNotContain("should not happen");
        run.Code.ShouldBe(ExitCodes.Error);
    }

    [Fact]
    public async Task Help_that_was_asked_for_is_data()
    {
        var run = await Cli.RunAsync("job", "post", "--help");
        run.Code.ShouldBe(ExitCodes.Ok);
        run.Out.ShouldContain("--timeout <duration>");
        run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_network_that_is_none_is_a_mistake_in_typing()
    {
        var run = await Cli.RunAsync("credits", "--url", "here");
        run.Error.ShouldBe("nosnet: 'here' is not a network; give mainnet, devnet, or a URL such as http://127.0.0.1:8080.\n");
        run.Code.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task The_environment_names_network_and_key()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", """{"assignedCredits":10,"reservedCredits":1,"settledCredits":2}""");
        var run = await Cli.RunAsync("", ["credits"], variables: [("NOSNET_URL", network.Url.ToString()), ("NOSANA_API_KEY", "nos_env")]);
        run.Code.ShouldBe(ExitCodes.Ok);
        network.Request.Header("Authorization").ShouldBe("Bearer nos_env");
    }

    [Fact]
    public async Task A_refusal_is_the_networks_sentence_with_all_its_findings()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", """
            {"message":"Two things.","statusCode":400,"code":"X","details":[{"path":"$.a","message":"$.a: found 1; allowed: 2."},{"path":"limit","message":"Too large."}]}
            """, 400);
        var run = await Cli.RunAsync(network, "credits");
        run.Error.ShouldBe("nosnet: Two things.\n  $.a: found 1; allowed: 2.\n  limit: Too large.\n");
        run.Out.ShouldBeEmpty();
        run.Code.ShouldBe(ExitCodes.Error);
    }

    [Fact]
    public async Task Who_lacks_a_key_is_told_how_to_give_one()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", """{"message":"No API key was sent."}""", 401);
        (await Cli.RunAsync(network, "credits")).Error.ShouldBe("nosnet: No API key was sent. Give an API key with --key or NOSANA_API_KEY.\n");
    }

    [Fact]
    public async Task A_network_that_speaks_of_headers_and_routes_is_quoted_in_commands_and_options()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", """{"message":"This needs an API key. Send a key as 'Authorization: Bearer nos_…'."}""", 401);
        (await Cli.RunAsync(network, "credits")).Error.ShouldBe("nosnet: This needs an API key. Give an API key with --key or NOSANA_API_KEY.\n");
        network.Answer($"GET /api/jobs/{Sample.Job}", $$"""{"message":"There is no job {{Sample.Job}} on your account. GET /api/jobs lists your jobs."}""", 404);
        (await Cli.RunAsync(network, "job", "get", Sample.Job.ToString())).Error.ShouldBe($"nosnet: There is no job {Sample.Job} on your account. nosnet job list lists your jobs.\n");
    }

    [Fact]
    public async Task A_network_that_cannot_be_reached_has_an_exit_code_of_its_own()
    {
        using var taken = TestNetwork.Nobody(out var nobody);
        var run = await Cli.RunAsync("credits", "--url", nobody.ToString());
        run.Code.ShouldBe(ExitCodes.Unreachable);
        run.Error.ShouldStartWith($"nosnet: http://127.0.0.1:{nobody.Port} cannot be reached");
        run.Error.Count(c => c == '\n').ShouldBe(1);
    }

    [Fact]
    public async Task What_may_have_been_done_is_said_to_be()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var run = await Cli.RunAsync(network, "job", "stop", Sample.Job.ToString());
        run.Error.ShouldContain("may have been done all the same");
        run.Code.ShouldBe(ExitCodes.Unreachable);
    }

    [Fact]
    public async Task A_network_cannot_command_the_terminal()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/markets/", $$"""[{"address":"{{Sample.Market}}","slug":"gpu\u001b[2J","name":"x","gpu_types":["\u001b]0;title\u0007"]}]""");
        (await Cli.RunAsync(network, "market", "list")).Out.ShouldNotContain('\u001b');
    }
}
