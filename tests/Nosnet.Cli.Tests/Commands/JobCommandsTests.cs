using System.Text.Json;

namespace Nosnet.Cli.Tests;

public sealed class JobCommandsTests
{
    private static readonly string Job = Sample.Job.ToString();

    [Fact]
    public async Task A_job_is_shown_to_people_with_what_there_is_to_say()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Job}", Sample.Job1());
        var run = await Cli.RunAsync(network, "job", "get", Job);
        Cells(run.Out)["state"].ShouldBe("running");
        Cells(run.Out)["timeout"].ShouldBe("1h");
        Cells(run.Out)["cost"].ShouldBe("$0.000013334");
        Cells(run.Out)["started"].ShouldBe("2026-01-01 00:00:01Z");
        Cells(run.Out)["web:8080"].ShouldBe("https://x.localhost");
        Cells(run.Out).ShouldNotContainKey("result");
    }

    [Fact]
    public async Task A_job_is_shown_to_programs_as_it_came()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Job}", Sample.Job1());
        var run = await Cli.RunAsync(network, "job", "get", Job, "--json");
        JsonElement.DeepEquals(JsonElement.Parse(run.Out), JsonElement.Parse(Sample.Job1())).ShouldBeTrue();
    }

    [Fact]
    public async Task Jobs_are_listed_up_to_the_limit_and_addresses_are_whole()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/jobs", $$"""{"jobs":[{{Sample.Job1()}},{{Sample.Job1("failed")}},{{Sample.Job1()}}],"nextCursor":"more"}""");
        var run = await Cli.RunAsync(network, "job", "list", "--limit", "2", "--state", "running,failed", "--market", "gpu");
        network.Request.Target.ShouldBe("/api/jobs?state=running%2Cfailed&market=gpu&limit=2");
        var lines = run.Out.TrimEnd().Split('\n');
        lines.Length.ShouldBe(3);
        lines[0].ShouldContain("STATE");
        lines[1].ShouldStartWith(Job);
        lines[2].ShouldContain("failed");
    }

    [Fact]
    public async Task A_job_whose_time_ran_out_is_told_in_the_list_from_one_that_its_owner_stopped()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/jobs", $$"""{"jobs":[{{Sample.Job1("stopped", ",\"endReason\":\"timed_out\"")}},{{Sample.Job1("stopped", ",\"endReason\":\"stopped_by_owner\"")}}],"nextCursor":null}""");
        var lines = (await Cli.RunAsync(network, "job", "list")).Out.TrimEnd().Split('\n');
        lines[0].ShouldMatch("STATE +REASON +POSTED");
        lines[1].ShouldContain("stopped  its time ran out");
        lines[2].ShouldContain("stopped  stopped by its owner");
    }

    [Fact]
    public async Task A_job_is_shown_with_the_name_of_its_market_where_the_network_tells_it()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Job}", Sample.Job1());
        Cells((await Cli.RunAsync(network, "job", "get", Job)).Out)["market"].ShouldBe(Sample.Market);
        network.Answer($"GET /api/markets/{Sample.Market}/", $$"""{"address":"{{Sample.Market}}","slug":"gpu","name":"GPU"}""");
        Cells((await Cli.RunAsync(network, "job", "get", Job)).Out)["market"].ShouldBe($"gpu ({Sample.Market})");
    }

    [Fact]
    public async Task Jobs_are_listed_for_programs_as_an_array()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/jobs", $$"""{"jobs":[{{Sample.Job1()}}],"nextCursor":null}""");
        var run = await Cli.RunAsync(network, "job", "list", "--json");
        JsonElement.Parse(run.Out).EnumerateArray().ShouldHaveSingleItem().GetProperty("address").GetString().ShouldBe(Job);
    }

    [Fact]
    public async Task A_job_is_extended_by_a_duration()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Job}/extend", $$$"""
            {"tx":"T","job":"{{{Job}}}","credits":{"costUSD":0.012,"creditsUsed":0.012,"reservationId":"R"},"timeoutSeconds":4500}
            """);
        var run = await Cli.RunAsync(network, "job", "extend", Job, "15");
        network.Request.Body.ShouldBe("""{"seconds":900}""");
        run.Error.ShouldBe("Extended by 15m; reserved $0.012 more.\n");
        Cells(run.Out)["timeout"].ShouldBe("1h15m");
    }

    [Theory]
    [InlineData("""{"tx":"T","delisted":true,"outcome":"delisted","status":"stopped"}""", "Stopped while it waited; it cost nothing.")]
    [InlineData("""{"tx":"T","delisted":false,"outcome":"ended","status":"running"}""", "Its node was told to stop it.")]
    [InlineData("""{"tx":null,"delisted":false,"outcome":"already_terminal","status":"completed"}""", "It had ended before; nothing was done.")]
    public async Task Stopping_says_what_it_did(string answer, string sentence)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Job}/stop", answer);
        (await Cli.RunAsync(network, "job", "stop", Job)).Error.ShouldBe($"{sentence}\n");
    }

    [Theory]
    [InlineData("ops", "stop", "--op", "web")]
    [InlineData("ops", "restart", "--op", "web")]
    [InlineData("group", "stop", "--group", "web")]
    [InlineData("group", "restart", "--group", "web")]
    public async Task A_part_of_a_job_is_stopped_or_restarted_and_all_of_it_shown(string kind, string verb, string option, string name)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Job}/{kind}/{name}/{verb}", """[{"opId":"web","group":"g","status":"stopping","restarts":2,"reason":"Because."}]""");
        var run = await Cli.RunAsync(network, "job", verb, Job, option, name);
        run.Code.ShouldBe(0, run.Error);
        var row = run.Out.TrimEnd().Split('\n')[1];
        row.ShouldStartWith("web");
        row.ShouldContain("stopping");
        row.ShouldContain("Because.");
    }

    [Fact]
    public async Task Operations_are_listed_for_programs_as_they_came()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Job}/ops", """[{"opId":"web","group":"g","status":"running","startedAt":"2026-01-01T00:00:00Z"}]""");
        var run = await Cli.RunAsync(network, "job", "ops", Job, "--json");
        JsonElement.Parse(run.Out)[0].GetProperty("status").GetString().ShouldBe("running");
    }

    [Fact]
    public async Task What_a_job_uses_is_shown_by_operation()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Job}/stats", """
            {"samples":[{"opId":"web","at":"2026-01-01T00:00:00Z","cpuCores":0.1,"memoryBytes":1048576,"receivedBytes":0,"sentBytes":0},
                        {"opId":"web","at":"2026-01-01T00:00:05Z","cpuCores":1.5,"memoryBytes":2097152,"receivedBytes":0,"sentBytes":0}],
             "totals":[{"opId":"web","usage":{"cpuSeconds":8.5,"peakMemoryBytes":3145728,"receivedBytes":1048576,"sentBytes":524288}}]}
            """);
        var run = await Cli.RunAsync(network, "job", "stats", Job);
        run.Out.TrimEnd().Split('\n')[1].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ShouldBe(["web", "1.50", "2.0 MiB", "3.0 MiB", "8.5s", "1.0 MiB", "0.5 MiB", "–"]);
    }

    [Fact]
    public async Task Where_nothing_was_measured_of_a_job_that_is_said()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Job}/stats", """{"samples":[],"totals":[]}""");
        var run = await Cli.RunAsync(network, "job", "stats", Job);
        (run.Code, run.Out, run.Error).ShouldBe((ExitCodes.Ok, "", "Nothing is known of what it uses: that is measured while it runs.\n"));
    }

    [Fact]
    public async Task What_to_restart_has_to_be_named()
    {
        await using var network = await TestNetwork.StartAsync();
        var run = await Cli.RunAsync(network, "job", "restart", Job);
        run.Code.ShouldBe(2);
        run.Error.ShouldContain("--op");
        network.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_log_is_printed_of_one_operation_alone()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents($"GET /api/jobs/{Job}/logs", Sample.Log(1, "one"), Sample.Event("end", JobPostTests.Ended("completed", "completed")));
        var run = await Cli.RunAsync(network, "job", "logs", Job, "--op", "other", "--type", "stdout", "--since", "1h");
        network.Request.Target.ShouldBe($"/api/jobs/{Job}/logs?op=other&type=stdout");
        run.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_log_is_printed_to_its_end()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents($"GET /api/jobs/{Job}/logs", Sample.Log(1, "one"), Sample.Log(2, "two"), Sample.Event("end", JobPostTests.Ended("failed", "operation_failed")));
        var run = await Cli.RunAsync(network, "job", "logs", Job);
        run.Out.ShouldBe("one\ntwo\n");
        run.Error.ShouldContain($"Job {Job} failed, since an operation failed");
        run.Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_log_for_programs_is_a_document_a_line_with_the_place_to_go_on()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents($"GET /api/jobs/{Job}/logs", Sample.Log(3, "one"), Sample.Event("end", JobPostTests.Ended("completed", "completed")));
        var run = await Cli.RunAsync(network, "job", "logs", Job, "--json", "--from", "1.2");
        network.Request.Header("Last-Event-ID").ShouldBe("1.2");
        var line = JsonElement.Parse(run.Out.TrimEnd().Split('\n').ShouldHaveSingleItem());
        line.GetProperty("position").GetString().ShouldBe("1.3");
        line.GetProperty("message").GetString().ShouldBe("one");
        line.GetProperty("kind").GetString().ShouldBe("stdout");
    }

    [Fact]
    public async Task A_result_is_shown_operation_by_operation()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Job}/result", """
            {"status":"failed","startTime":1000,"endTime":3500,"opStates":[{"operationId":"train","status":"failed","exitCode":7,"startTime":1000,"endTime":3500,
              "logs":[{"type":"stdout","log":"x"}],"errors":[{"event":"operation-error","message":"It fell over."}]}]}
            """);
        var run = await Cli.RunAsync(network, "job", "result", Job);
        run.Out.TrimEnd().Split('\n')[1].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ShouldBe(["train", "failed", "7", "2.5s", "1", "It fell over."]);
        JsonElement.Parse((await Cli.RunAsync(network, "job", "result", Job, "--json")).Out).GetProperty("opStates").GetArrayLength().ShouldBe(1);
    }

    private static Dictionary<string, string> Cells(string card) =>
        card.TrimEnd().Split('\n').Select(line => line.Split("  ", 2, StringSplitOptions.TrimEntries)).ToDictionary(cells => cells[0], cells => cells[1]);
}
