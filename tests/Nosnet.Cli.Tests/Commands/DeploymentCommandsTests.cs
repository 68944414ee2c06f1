using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Cli.Tests;

public sealed class DeploymentCommandsTests
{
    private const string Done = """{"updated_at":"2026-01-01T00:00:00.000Z","active_revision":4}""";
    private static readonly string Path = $"/api/deployments/{DeploymentSample.Address}";
    private static readonly string Address = DeploymentSample.Address.ToString();

    [Fact]
    public async Task One_is_made_of_an_image_and_a_command_and_its_address_is_the_data()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/deployments/create", DeploymentSample.Official(status: "DRAFT"));
        var run = await Cli.RunAsync(
            network, "deployment", "create", "web", "--market", "gpu", "--strategy", "scheduled", "--schedule", "0 3 * * *", "--time-zone", "Europe/Berlin", "--replicas", "2", "--timeout", "90m",
            "--budget", "2.5", "--image", "busybox", "--", "echo", "hi");
        run.Code.ShouldBe(ExitCodes.Ok, run.Error);
        run.Out.ShouldBe(Address + "\n");
        run.Error.ShouldBe($"Made web; to start it: nosnet deployment start {Address}\n");
        var sent = JsonElement.Parse(network.Request.Bytes);
        (Text(sent, "strategy"), Text(sent, "schedule"), Text(sent, "time_zone"), Text(sent, "market")).ShouldBe(("SCHEDULED", "0 3 * * *", "Europe/Berlin", "gpu"));
        (sent.GetProperty("replicas").GetInt32(), sent.GetProperty("timeout").GetInt32(), sent.GetProperty("budget").GetDecimal()).ShouldBe((2, 90, 2.5m));
        sent.GetProperty("job_definition").GetProperty("ops")[0].GetProperty("args").GetProperty("image").GetString().ShouldBe("busybox");
    }

    [Theory]
    [InlineData("sometimes")]
    [InlineData("simple,infinite")]
    [InlineData("3")]
    public async Task What_is_no_strategy_is_refused(string strategy)
    {
        var run = await Cli.RunAsync("deployment", "create", "web", "--strategy", strategy, "--image", "busybox", "--url", "http://127.0.0.1:9", "--key", "k", "--", "true");
        run.Code.ShouldBe(ExitCodes.Usage);
        run.Error.ShouldContain($"'{strategy}' is no strategy; they are simple, simple-extend, scheduled and infinite.");
    }

    [Theory]
    [InlineData("--schedule and --time-zone go with --strategy scheduled.", "--time-zone", "Europe/Berlin")]
    [InlineData("--schedule and --time-zone go with --strategy scheduled.", "--strategy", "infinite", "--schedule", "0 9 * * *")]
    [InlineData("--rotation and --startup-timeout go with --strategy infinite.", "--rotation", "20m")]
    public async Task An_option_of_another_strategy_is_refused(string says, params string[] options)
    {
        await using var network = await TestNetwork.StartAsync();
        var run = await Cli.RunAsync(network, ["deployment", "create", "web", "--market", "gpu", "--image", "busybox", .. options, "--", "true"]);
        (run.Code, run.Error).ShouldBe((ExitCodes.Usage, $"nosnet: {says}\n"));
        network.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_is_named_by_its_name_or_its_address()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/deployments?name=web", DeploymentSample.Page("deployments", DeploymentSample.Official()));
        network.Answer($"GET {Path}", DeploymentSample.Official());
        foreach (var named in (string[])["web", Address])
        {
            var run = await Cli.RunAsync(network, "deployment", "get", named);
            run.Out.ShouldContain("1 running of 2");
            run.Out.ShouldContain("https://x.example.com (unknown)");
        }

        JsonElement.Parse((await Cli.RunAsync(network, "deployment", "get", "web", "--json")).Out).GetProperty("active_revision").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task One_is_shown_with_its_markets_name_and_with_when_a_replacement_is_posted()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET {Path}", DeploymentSample.Official().Replace("\"market\":\"gpu\"", $"\"market\":\"{Sample.Market}\",\"rotation_time\":20", StringComparison.Ordinal));
        network.Answer($"GET /api/markets/{Sample.Market}/", $$"""{"address":"{{Sample.Market}}","slug":"gpu","name":"GPU"}""");
        var shown = (await Cli.RunAsync(network, "deployment", "get", Address)).Out;
        shown.ShouldMatch($@"market +gpu \({Sample.Market}\)\n");
        shown.ShouldMatch(@"rotation +20m before a job's time is up\n");
    }

    [Fact]
    public async Task The_help_names_the_strategies_as_they_are_typed() =>
        (await Cli.RunAsync("deployment", "create", "--help")).Out.ShouldSatisfyAllConditions(
            help => help.ShouldContain("[default: simple]"),
            help => help.ShouldNotContain("Simple", Case.Sensitive));

    [Theory]
    [InlineData("none", 0, "There is no deployment 'none' on your account; nosnet deployment list shows yours.")]
    [InlineData("two", 2, "Several deployments are named 'two'. Give the address of one; nosnet deployment list shows them.")]
    public async Task A_name_that_does_not_say_which_is_refused(string name, int count, string says)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/deployments?name={name}", DeploymentSample.Page("deployments", string.Join(',', Enumerable.Repeat(DeploymentSample.Official(name), count))));
        var run = await Cli.RunAsync(network, "deployment", "stop", name);
        (run.Code, run.Error).ShouldBe((ExitCodes.Usage, $"nosnet: {says}\n"));
        network.Requests.ShouldAllBe(r => r.Method == "GET");
    }

    [Fact]
    public async Task It_is_started_stopped_archived_and_deleted()
    {
        await using var network = await TestNetwork.StartAsync();
        foreach (var what in (string[])["start", "stop", "archive"])
        {
            network.Answer($"POST {Path}/{what}", Done);
            (await Cli.RunAsync(network, "deployment", what, Address)).Code.ShouldBe(ExitCodes.Ok);
        }

        network.Answer($"DELETE {Path}", "", 204);
        (await Cli.RunAsync(network, "deployment", "delete", Address)).Error.ShouldBe("Deleted.\n");
        network.Requests.Select(r => r.Line).ShouldBe([$"POST {Path}/start", $"POST {Path}/stop", $"POST {Path}/archive", $"DELETE {Path}"]);
    }

    [Fact]
    public async Task What_the_network_refuses_is_told_in_its_words()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST {Path}/start", """{"error":"Deployment x is already running.","statusCode":409,"code":"DEPLOYMENT_STATE"}""", 409);
        var run = await Cli.RunAsync(network, "deployment", "start", Address);
        (run.Code, run.Out, run.Error).ShouldBe((ExitCodes.Error, "", "nosnet: Deployment x is already running.\n"));
    }

    [Fact]
    public async Task Several_things_are_changed_by_one_command_and_a_limit_that_is_not_named_stays()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET {Path}", DeploymentSample.Official(more: ",\"budget\":5,\"max_jobs\":7"));
        foreach (var what in (string[])["name", "timeout", "schedule", "budget"])
            network.Answer($"PATCH {Path}/update-{what}", Done);
        (await Cli.RunAsync(network, "deployment", "update", Address, "--name", "shop", "--timeout", "2h", "--schedule", "0 9 * * *", "--max-jobs", "9")).Code.ShouldBe(ExitCodes.Ok);
        network.Requests.Where(r => r.Method == "PATCH").Select(r => r.Body).ShouldBe(["""{"name":"shop"}""", """{"timeout":120}""", """{"schedule":"0 9 * * *"}""", """{"budget":5,"max_jobs":9}"""]);
        (await Cli.RunAsync(network, "deployment", "update", Address, "--no-limits")).Code.ShouldBe(ExitCodes.Ok);
        network.Requests[^1].Body.ShouldBe("{}");
    }

    [Theory]
    [InlineData("What is to change?")]
    [InlineData("--time-zone goes with --schedule.", "--time-zone", "Europe/Berlin")]
    [InlineData("Give --no-limits, or --budget and --max-jobs, not both.", "--no-limits", "--budget", "1")]
    public async Task An_update_that_says_nothing_or_two_things_is_refused(string says, params string[] options)
    {
        await using var network = await TestNetwork.StartAsync();
        var run = await Cli.RunAsync(network, ["deployment", "update", Address, .. options]);
        run.Code.ShouldBe(ExitCodes.Usage);
        run.Error.ShouldStartWith($"nosnet: {says}");
        network.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_scaled_revised_and_rolled_back_to_the_revision_before()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET {Path}", DeploymentSample.Official());
        network.Answer($"PATCH {Path}/update-replica-count", Done);
        network.Answer($"PATCH {Path}/update-active-revision", Done);
        network.Answer($"POST {Path}/create-revision", Done);
        using var definition = new TestFile(DeploymentSample.Definition);
        (await Cli.RunAsync(network, "deployment", "scale", Address, "1")).Error.ShouldBe("It keeps 1 job from now on.\n");
        (await Cli.RunAsync(network, "deployment", "revise", Address, definition.Path)).Error.ShouldBe("Revision 4 is the active one.\n");
        (await Cli.RunAsync(network, "deployment", "rollback", Address)).Error.ShouldBe("Revision 2 is the active one.\n");
        network.Requests[^1].Body.ShouldBe("""{"active_revision":2}""");
        (await Cli.RunAsync(network, "deployment", "rollback", Address, "--to", "1")).Code.ShouldBe(ExitCodes.Ok);
        network.Requests[^1].Body.ShouldBe("""{"active_revision":1}""");
    }

    [Fact]
    public async Task There_is_nothing_before_the_first_revision()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET {Path}", DeploymentSample.Official().Replace("\"active_revision\":3", "\"active_revision\":1", StringComparison.Ordinal));
        var run = await Cli.RunAsync(network, "deployment", "rollback", Address);
        run.Code.ShouldBe(ExitCodes.Usage);
        run.Error.ShouldContain("The active revision is the first");
    }

    [Fact]
    public async Task A_copy_is_made_and_its_address_is_the_data()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST {Path}/duplicate", DeploymentSample.Official("staging"));
        (await Cli.RunAsync(network, "deployment", "duplicate", Address, "--name", "staging", "--start")).Out.ShouldBe(Address + "\n");
        network.Request.Body.ShouldBe("""{"name":"staging","autostart":true}""");
    }

    [Fact]
    public async Task Deployments_and_what_belongs_to_them_are_listed()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/deployments", DeploymentSample.Page("deployments", DeploymentSample.Official()));
        network.Answer($"GET {Path}/jobs", DeploymentSample.Page("jobs", $$"""{"job":"{{Sample.Job}}","state":"RUNNING","revision":2,"end_reason":null,"created_at":"2026-01-01T00:00:00.000Z"}"""));
        network.Answer($"GET {Path}/events", DeploymentSample.Page("events", """{"category":"Deployment","type":"JOB_LIST_ERROR","message":"No such market.","created_at":"2026-01-01T00:00:00.000Z"}"""));
        network.Answer($"GET {Path}/tasks", DeploymentSample.Page("tasks", """{"task":"LIST","due_at":"2026-01-01T00:00:00.000Z","limit":2}"""));
        network.Answer($"GET {Path}/revisions", DeploymentSample.Revisions());

        var list = await Cli.RunAsync(network, "deployment", "list", "--state", "running,insufficient-funds", "--search", "we");
        list.Out.ShouldContain("web");
        network.Request.Target.ShouldBe("/api/deployments?search=we&status=RUNNING%2CINSUFFICIENT_FUNDS&limit=20");
        foreach (var (what, shown) in ((string, string)[])[("jobs", Sample.Job.ToString()), ("events", "No such market."), ("tasks", "list"), ("revisions", Sample.Cid)])
        {
            (await Cli.RunAsync(network, "deployment", what, Address)).Out.ShouldContain(shown);
            JsonElement.Parse((await Cli.RunAsync(network, "deployment", what, Address, "--json")).Out).GetArrayLength().ShouldBe(1, what);
        }

        JsonElement.Parse((await Cli.RunAsync(network, "deployment", "list", "--json")).Out)[0].GetProperty("name").GetString().ShouldBe("web");
        (await Cli.RunAsync(network, "deployment", "list", "--state", "asleep")).Code.ShouldBe(ExitCodes.Usage);
        (await Cli.RunAsync(network, "deployment", "jobs", Address, "--limit", "0")).Code.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task The_logs_of_the_jobs_that_run_are_printed_with_whose_they_are()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET {Path}/jobs", DeploymentSample.Page("jobs", $$"""{"job":"{{Sample.Job}}","state":"RUNNING","revision":2}"""));
        network.AnswerEvents($"GET /api/jobs/{Sample.Job}/logs", Sample.Log(1, "hello"), Sample.Event("end", Sample.Job1("completed")));
        var run = await Cli.RunAsync(network, "deployment", "logs", Address);
        run.Out.ShouldBe($"{Sample.Job.ToString()[..6]} hello\n");
    }

    [Fact]
    public async Task Logs_are_followed_through_new_jobs_until_the_deployment_stops()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents(
            $"GET {Path}/stream",
            Frame("""{"type":"deployment","status":"RUNNING","replicas":1,"active_revision":1}"""),
            Frame($$"""{"type":"job","job":"{{Sample.Job}}","state":"QUEUED","node":null,"timeStart":0,"timeEnd":0}"""),
            Frame("""{"type":"deployment","status":"STOPPED","replicas":1,"active_revision":1}"""));
        network.AnswerEvents($"GET /api/jobs/{Sample.Job}/logs", Sample.Log(1, "hello"), Sample.Event("end", Sample.Job1("stopped")));
        var run = await Cli.RunAsync(network, "deployment", "logs", Address, "--follow");
        run.Out.ShouldBe($"{Sample.Job.ToString()[..6]} hello\n");
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string Frame(string json) => $"data: {json}\n\n";
}
