using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Cli.Tests;

public sealed class JobPostTests
{
    [Fact]
    public async Task A_dry_run_asks_and_neither_pins_nor_posts()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/jobs/quote", """{"costUsd":0.11,"availableUsd":5,"queuePosition":3}""");
        network.Answer("POST /api/jobs/quote", """{"availableUsd":0,"refusal":{"error":"Insufficient credits.","message":"Insufficient credits.","statusCode":402,"code":"INSUFFICIENT_CREDITS","type":"t","title":"t"}}""");
        var run = await Cli.RunAsync(network, "job", "post", "--market", "gpu", "--dry-run", "--image", "busybox", "--", "true");
        run.Code.ShouldBe(ExitCodes.Ok);
        run.Out.ShouldMatch(@"cost at most\s+\$0\.110");
        run.Error.ShouldBe("It would be posted. Nothing was.\n");
        network.Requests.ShouldAllBe(r => r.Target == "/api/jobs/quote");

        var refused = await Cli.RunAsync(network, "job", "post", "--market", "gpu", "--dry-run", "--image", "busybox", "--", "true");
        refused.Code.ShouldBe(ExitCodes.Error);
        refused.Error.ShouldBe("It would be refused: Insufficient credits.\n");
    }

    private const string Definition = """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"hello","args":{"image":"busybox"}}]}""";

    private static readonly string Logs = $"GET /api/jobs/{Sample.Job}/logs";

    [Fact]
    public async Task A_definition_is_pinned_and_posted_and_the_jobs_address_is_the_data()
    {
        await using var network = await NetworkAsync();
        using var file = new TestFile(Definition);
        var run = await Cli.RunAsync(network, "job", "post", file.Path, "--market", "gpu", "--timeout", "90s", "--node", Sample.Node.ToString());
        run.ShouldBe(run with { Code = 0, Out = $"{Sample.Job}\n", Error = $"Posted {Sample.Job}; reserved $0.048.\n" });
        network.Requests.Select(r => r.Line).ShouldBe(["POST /pinning/pinJSONToIPFS", "POST /api/jobs/list"]);
        network.Requests[0].Body.ShouldBe(Definition);
        network.Requests[1].Body.ShouldBe($$"""{"ipfsHash":"{{UnixFsImporter.CidOf(network.Requests[0].Bytes)}}","market":"gpu","timeoutSeconds":90,"node":"{{Sample.Node}}"}""");
    }

    [Theory]
    [InlineData("There is no option '--timout'", "--image", "busybox", "--timout", "5m", "--", "true")]
    [InlineData("There is no option '--wiat'", "hello.json", "--wiat")]
    [InlineData("Give a definition or an image, not both", "hello.json", "--image", "busybox")]
    [InlineData("the command of an image comes after --: --image busybox -- echo hi", "--image", "busybox", "echo", "hi")]
    [InlineData("To run a command, name its image", "--", "echo", "hi")]
    [InlineData("One definition file is posted at a time", "one.json", "two.json")]
    public async Task What_is_neither_an_option_nor_behind_the_double_dash_is_refused(string sentence, params string[] args)
    {
        await using var network = await NetworkAsync();
        var run = await Cli.RunAsync(network, ["job", "post", "--market", "gpu", .. args]);
        run.Code.ShouldBe(ExitCodes.Usage);
        run.Error.ShouldContain(sentence);
        network.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_post_whose_answer_is_lost_says_how_to_ask_again()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerPins();
        network.Answer("POST /api/jobs/list", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var run = await Cli.RunAsync(network, "job", "post", "--market", "gpu", "--image", "busybox", "--idempotency-key", "order-17");
        run.Code.ShouldBe(ExitCodes.Unreachable);
        run.Error.ShouldStartWith("To ask again without posting twice, add: --idempotency-key order-17\n");
        network.Requests[^1].Header("Idempotency-Key").ShouldBe("order-17");
    }

    [Fact]
    public async Task A_key_that_cannot_be_is_refused_before_anything_is_posted()
    {
        await using var network = await NetworkAsync();
        var run = await Cli.RunAsync(network, "job", "post", "--market", "gpu", "--image", "busybox", "--idempotency-key", "order 17");
        run.Code.ShouldBe(ExitCodes.Usage);
        run.Error.ShouldContain("without blanks");
        network.Requests.ShouldNotContain(r => r.Line == "POST /api/jobs/list");
    }

    [Fact]
    public async Task A_definition_may_come_through_a_pipe()
    {
        await using var network = await NetworkAsync();
        var run = await Cli.RunAsync(Definition, [.. Cli.At(network, "job", "post", "-", "--market", "gpu")]);
        run.Code.ShouldBe(0);
        network.Requests[0].Body.ShouldBe(Definition);
    }

    [Fact]
    public async Task An_image_and_a_command_are_a_job()
    {
        await using var network = await NetworkAsync();
        var run = await Cli.RunAsync(network, "job", "post", "--market", "gpu", "--image", "busybox", "--", "echo", "--hi", "a b");
        run.Code.ShouldBe(0);
        var args = JsonElement.Parse(network.Requests[0].Bytes).GetProperty("ops")[0].GetProperty("args");
        args.GetRawText().ShouldBe("""{"image":"busybox","cmd":["echo","--hi","a b"]}""");
    }

    [Fact]
    public async Task The_only_market_need_not_be_named()
    {
        await using var network = await NetworkAsync();
        network.Answer("GET /api/markets/", $"[{Market("gpu", Sample.Market)},{Market("old", Sample.Account, open: false)}]");
        (await Cli.RunAsync(network, "job", "post", "--image", "busybox")).Code.ShouldBe(0);
        network.Requests[^1].Body.ShouldContain($"\"market\":\"{Sample.Market}\"");
    }

    [Fact]
    public async Task Several_markets_are_listed_to_choose_from()
    {
        await using var network = await NetworkAsync();
        network.Answer("GET /api/markets/", $"[{Market("gpu", Sample.Market)},{Market("cpu", Sample.Account)}]");
        var run = await Cli.RunAsync(network, "job", "post", "--image", "busybox");
        run.Code.ShouldBe(ExitCodes.Usage);
        run.Error.ShouldBe($"nosnet: Which market? Name one with --market:\n  gpu  $0.050/h  {Sample.Market}\n  cpu  $0.050/h  {Sample.Account}\n");
        network.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_market_that_is_not_there_is_refused_in_the_networks_words()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerPins();
        network.Answer("POST /api/jobs/list", """{"error":"unknown_market","message":"There is no market 'nope'. GET /api/markets lists those of this network."}""", 404);
        var run = await Cli.RunAsync(network, "job", "post", "--image", "busybox", "--market", "nope");
        run.Code.ShouldBe(ExitCodes.Error);
        run.Error.ShouldContain("There is no market 'nope'.");
    }

    [Fact]
    public async Task Of_a_confidential_job_a_stub_alone_is_pinned_and_its_node_gets_the_definition()
    {
        await using var network = await NetworkAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/job-definition", "{}");
        using var file = new TestFile(Definition);
        var run = await Cli.RunAsync(network, "job", "post", "--confidential", file.Path, "--market", "gpu", "--idempotency-key", "order-17");
        run.ShouldBe(run with { Code = 0, Out = $"{Sample.Job}\n" });
        network.Requests.Select(r => r.Line).ShouldBe(["POST /pinning/pinJSONToIPFS", "POST /api/jobs/list", $"POST /api/jobs/{Sample.Job}/job-definition"]);
        network.Requests[0].Body.ShouldNotContain("busybox");
        network.Requests[1].Header("Idempotency-Key").ShouldBe("order-17");
        network.Requests[2].Body.ShouldContain("busybox");
    }

    [Fact]
    public async Task A_network_without_markets_says_so()
    {
        await using var network = await NetworkAsync();
        network.Answer("GET /api/markets/", "[]");
        (await Cli.RunAsync(network, "job", "post", "--image", "busybox")).Error.ShouldContain("no market that takes jobs");
    }

    [Fact]
    public async Task A_definition_that_cannot_run_is_refused_with_every_finding_before_anything_is_sent()
    {
        await using var network = await NetworkAsync();
        using var file = new TestFile("""{"version":"0.2","type":"container","ops":[{"type":"container/run","id":"a","args":{}}]}""");
        var run = await Cli.RunAsync(network, "job", "post", file.Path);
        run.Code.ShouldBe(ExitCodes.Usage);
        var lines = run.Error.TrimEnd().Split('\n');
        lines[0].ShouldBe($"nosnet: {file.Path} is not a job definition that can run:");
        lines[1..].Select(l => l.Trim().Split(':')[0]).ShouldBe(["$.version", "$.ops[0].args.image"], ignoreOrder: true);
        network.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_posts_the_file_of_a_deployment_is_told_which_command_takes_it()
    {
        await using var network = await NetworkAsync();
        using var file = new TestFile("\uFEFF{\"name\":\"web\",\"market\":\"default\",\"job_definition\":\"web.json\"}");
        var run = await Cli.RunAsync(network, "job", "post", file.Path);
        run.Error.ShouldBe($"nosnet: {file.Path} describes a deployment, which keeps jobs running, and is no job itself. Create it from its file with nosnet deployment apply.\n");
        run.Code.ShouldBe(ExitCodes.Usage);
    }

    [Theory]
    [InlineData("There is no file 'nowhere.json'.", "nowhere.json")]
    [InlineData("Which job? Give a definition file, - to read one from standard input, or --image IMAGE -- COMMAND.")]
    [InlineData("One definition file is posted at a time; to run a command, name its image with --image.", "a.json", "b.json")]
    public async Task What_cannot_be_posted_is_told(string sentence, params string[] args)
    {
        await using var network = await NetworkAsync();
        var run = await Cli.RunAsync(network, ["job", "post", .. args]);
        run.Error.ShouldBe($"nosnet: {sentence}\n");
        run.Code.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task A_definition_without_end_is_not_read_to_its_end()
    {
        await using var network = await NetworkAsync();
        using var file = new TestFile(new string(' ', 3 * 1024 * 1024));
        (await Cli.RunAsync(network, "job", "post", file.Path)).Error.ShouldContain("1048576 bytes at most");
    }

    [Fact]
    public async Task Waiting_shows_queue_pull_and_log_and_ends_with_result_and_cost()
    {
        await using var network = await NetworkAsync();
        network.AnswerEvents(
            Logs,
            Sample.Event("status", Sample.Progress("pending", 2)),
            Sample.Event("status", Sample.Progress("running")),
            Progress(1, "Pulling busybox", 50),
            Progress(2, "Pulling busybox", 100),
            Sample.Log(3, "hi"),
            Log(4, "stderr", "careful"),
            Log(5, "info", "Pinned."),
            Sample.Event("end", Ended("completed", "completed")));
        var run = await Cli.RunAsync(network, "job", "post", "--image", "busybox", "--market", "gpu", "--wait");
        run.Code.ShouldBe(0);
        run.Out.ShouldBe("hi\n");
        run.Error.Split('\n').ShouldBe([
            $"Posted {Sample.Job}; reserved $0.048.",
            "Waiting: number 2 of 2 in the queue, 0 nodes free.",
            "Running.",
            "Pulling busybox",
            "careful",
            "Pinned.",
            $"Job {Sample.Job} completed after 2.5s.",
            $"Result: {Sample.Cid}",
            "Cost: $0.000013334 of $0.048 reserved",
            "",
        ]);
    }

    [Fact]
    public async Task Waiting_for_JSON_gives_the_ended_job_and_nothing_else()
    {
        await using var network = await NetworkAsync();
        network.AnswerEvents(Logs, Sample.Log(1, "hi"), Sample.Event("end", Ended("completed", "completed")));
        var run = await Cli.RunAsync(network, "job", "post", "--image", "busybox", "--market", "gpu", "--wait", "--json");
        JsonElement.Parse(run.Out).GetProperty("address").GetString().ShouldBe(Sample.Job.ToString());
        run.Error.ShouldContain("\nhi\n");
    }

    [Theory]
    [InlineData("failed", "operation_failed", 3)]
    [InlineData("failed", "node_lost", 3)]
    [InlineData("stopped", "stopped_by_owner", 4)]
    [InlineData("stopped", "timed_out", 5)]
    [InlineData("stopped", "expired_in_queue", 6)]
    public async Task The_exit_code_is_the_jobs_outcome(string status, string reason, int code)
    {
        await using var network = await NetworkAsync();
        network.AnswerEvents(Logs, Sample.Event("end", Ended(status, reason)));
        (await Cli.RunAsync(network, "job", "post", "--image", "busybox", "--market", "gpu", "--wait")).Code.ShouldBe(code);
    }

    [Fact]
    public async Task A_failed_operation_is_told_with_its_exit_code()
    {
        await using var network = await NetworkAsync();
        network.AnswerEvents(Logs, Sample.Event("end", Ended("failed", "operation_failed", """
            ,"jobResult":{"status":"failed","startTime":1,"endTime":2,"opStates":[{"operationId":"train","status":"failed","exitCode":7,"startTime":1,"endTime":2,"logs":[],
              "errors":[{"event":"operation-error","message":"It fell over."}]}]}
            """)));
        (await Cli.RunAsync(network, "job", "post", "--image", "busybox", "--market", "gpu", "--wait")).Error
            .ShouldContain($"Job {Sample.Job} failed, since an operation failed after 2.5s.\n  Operation train: failed with exit code 7; It fell over.\n");
    }

    [Fact]
    public async Task On_a_screen_the_wait_is_one_line_that_makes_room_for_the_log()
    {
        await using var network = await NetworkAsync();
        network.AnswerEvents(Logs, Sample.Event("status", Sample.Progress("pending", 1)), Progress(1, "Pulling busybox", 42), Sample.Log(2, "hi"), Sample.Event("end", Ended("completed", "completed")));
        var run = await Cli.RunAsync("", [.. Cli.At(network, "job", "post", "--image", "busybox", "--market", "gpu", "--wait")], screen: true);
        run.Error.ShouldContain("\r\e[2KWaiting: number 1 of 1 in the queue, 0 nodes free.\r\e[2KPulling busybox 42 %\r\e[2KJob ");
        run.Out.ShouldBe("hi\n");
    }

    [Fact]
    public async Task Without_colours_a_screen_gets_no_escape_sequences()
    {
        await using var network = await NetworkAsync();
        network.AnswerEvents(Logs, Sample.Event("status", Sample.Progress("pending", 1)), Sample.Event("end", Ended("completed", "completed")));
        var run = await Cli.RunAsync("", [.. Cli.At(network, "job", "post", "--image", "busybox", "--market", "gpu", "--wait")], screen: true, ("NO_COLOR", "1"));
        (run.Error + run.Out).ShouldNotContain('\e');
    }

    [Fact]
    public async Task A_connection_lost_for_good_tells_how_to_go_on()
    {
        await using var network = await NetworkAsync();
        network.AnswerEvents(Logs, "event: status\ndata: 1\n\n");
        var run = await Cli.RunAsync(network, "job", "post", "--image", "busybox", "--market", "gpu", "--wait");
        run.Error.ShouldContain($"The job goes on. To go on watching: nosnet job logs {Sample.Job}");
        run.Code.ShouldBe(ExitCodes.Error);
    }

    [Fact]
    public async Task Too_few_credits_are_told_in_the_networks_words()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerPins();
        network.Answer("POST /api/jobs/list", """{"message":"Insufficient credits. Available: $0.000, Required: $0.048"}""", 402);
        var run = await Cli.RunAsync(network, "job", "post", "--image", "busybox", "--market", "gpu");
        run.Error.ShouldBe("nosnet: Insufficient credits. Available: $0.000, Required: $0.048\n");
        run.Code.ShouldBe(ExitCodes.Error);
    }

    internal static async Task<TestNetwork> NetworkAsync()
    {
        var network = await TestNetwork.StartAsync();
        network.AnswerPins();
        network.Answer("POST /api/jobs/list", $$$"""
            {"tx":"TX","job":"{{{Sample.Job}}}","run":"{{{Sample.Run}}}","credits":{"costUSD":0.048,"creditsUsed":0.048,"reservationId":"R"},"state":0,"status":"pending"}
            """);
        return network;
    }

    internal static string Ended(string status, string reason, string more = "") => Sample.Job1(status, $$"""
        ,"endReason":"{{reason}}","endedAt":"2026-01-01T00:00:04Z"{{more}}
        """).Replace("\"ipfsResult\":null", $"\"ipfsResult\":\"{Sample.Cid}\"", StringComparison.Ordinal);


    private static string Market(string slug, string address, bool open = true) =>
        $$"""{"address":"{{address}}","slug":"{{slug}}","name":"{{slug}}","price_per_hour":0.05,"open":{{(open ? "true" : "false")}}}""";

    private static string Progress(int number, string message, int current) => Sample.Event(
        "log", $$"""{"id":{{number}},"kind":"progress","timestamp":"2026-01-01T00:00:00Z","message":"{{message}}","current":{{current}},"total":100}""", $"1.{number}");

    private static string Log(int number, string kind, string message) => Sample.Event(
        "log", $$"""{"id":{{number}},"kind":"{{kind}}","timestamp":"2026-01-01T00:00:00Z","message":"{{message}}"}""", $"1.{number}");
}
