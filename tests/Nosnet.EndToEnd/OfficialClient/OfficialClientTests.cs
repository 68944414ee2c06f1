using System.Text.Json;
using System.Text.RegularExpressions;

namespace Nosnet.EndToEnd;

public sealed partial class OfficialClientTests(OfficialClientFixture flow) : IClassFixture<OfficialClientFixture>
{
    [Fact]
    public void It_lists_and_gets_the_guides_market()
    {
        flow.Value("markets.list").EnumerateArray().Select(m => m.GetProperty("address").GetString()).ShouldContain(LiveNetwork.GuideMarket);
        flow.Value("markets.get").GetProperty("usd_reward_per_hour").ValueKind.ShouldBe(JsonValueKind.Number);
        flow.Value("markets.getRequiredResources").GetProperty("required_images").ValueKind.ShouldBe(JsonValueKind.Array);
    }

    [Fact]
    public void It_sees_the_hundred_credits_of_a_new_network()
    {
        var balance = flow.Value("credits.balance");

        balance.GetProperty("assignedCredits").GetDecimal().ShouldBe(100);
        balance.GetProperty("reservedCredits").GetDecimal().ShouldBe(0);
    }

    [Fact]
    public void What_it_pins_it_reads_back()
    {
        flow.Value("ipfs.retrieve").GetProperty("ops")[0].GetProperty("args").GetProperty("cmd").GetString().ShouldBe("echo hello from the official client");
        flow.Value("ipfs.retrieve file").GetString().ShouldBe("a pinned file\n");
    }

    [Fact]
    public void A_posted_job_is_answered_with_its_address_and_credits()
    {
        var posted = flow.Value("jobs.list");

        posted.GetProperty("tx").GetString()!.Length.ShouldBeInRange(80, 88);
        posted.GetProperty("job").GetString()!.Length.ShouldBeInRange(32, 44);
        posted.GetProperty("run").GetString()!.Length.ShouldBeInRange(32, 44);
        posted.GetProperty("credits").GetProperty("costUSD").GetDecimal().ShouldBe(posted.GetProperty("credits").GetProperty("creditsUsed").GetDecimal());
        posted.GetProperty("credits").GetProperty("reservationId").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void A_job_runs_to_its_end_and_has_its_log_in_its_result()
    {
        var job = flow.Value("jobs.get until ended");

        job.GetProperty("state").GetInt32().ShouldBe(2);
        job.GetProperty("jobStatus").GetString().ShouldBe("success");
        job.GetProperty("status").GetString().ShouldBe("completed");
        job.GetProperty("jobResult").GetProperty("opStates")[0].GetProperty("logs").EnumerateArray()
            .Select(l => l.GetProperty("log").GetString()!.Trim()).ShouldContain("hello from the official client");
        job.GetProperty("timeEnd").GetInt64().ShouldBeGreaterThanOrEqualTo(job.GetProperty("timeStart").GetInt64());
    }

    [Fact]
    public void What_a_job_cost_is_settled_and_the_rest_released()
    {
        var cost = flow.Value("jobs.get until ended").GetProperty("costUsd").GetDecimal();
        var balance = flow.Value("credits.balance after");

        cost.ShouldBeInRange(0.000000001m, flow.Value("jobs.list").GetProperty("credits").GetProperty("costUSD").GetDecimal());
        balance.GetProperty("settledCredits").GetDecimal().ShouldBe(cost);
        balance.GetProperty("reservedCredits").GetDecimal().ShouldBe(0);
    }

    [Fact]
    public void A_service_has_the_same_endpoint_id_as_the_official_client_derives()
    {
        var ours = flow.Value("jobs.get while running").GetProperty("endpoints")[0].GetProperty("url").GetString()!;
        var theirs = flow.Value("getJobExposedServices")[0].GetProperty("hash").GetString()!;

        ours.ShouldStartWith($"http://{theirs}.");
    }

    [Fact]
    public void The_service_answers_at_the_id_that_the_official_client_derives() =>
        flow.Value("the service at its derived id").GetString().ShouldBe("hi\n");

    [Fact]
    public void The_node_answers_at_its_own_name()
    {
        flow.Value("node address").GetProperty("answer").GetString().ShouldBe(flow.Value("node address").GetProperty("node").GetString());
        flow.Value("node info").GetProperty("state").GetString().ShouldBe("RUNNING_JOB");
        flow.Value("node ops").GetProperty("web").GetString().ShouldBe("running");
        flow.Value("node endpoints").GetProperty("status").GetString().ShouldBe("ONLINE");
        var info = flow.Value("node job info");
        info.GetProperty("opStates")[0].GetProperty("status").GetString().ShouldBe("running");
        info.GetProperty("operations").GetProperty("currentGroup").GetString().ShouldBe("web");
        flow.Value("node restart").GetProperty("message").GetString().ShouldBe("Operation restarted");
    }

    [Fact]
    public void The_nodes_log_socket_speaks_to_the_owner_alone()
    {
        flow.Value("node flog").GetProperty("path").GetString().ShouldBe("flog");
        flow.Value("node flog").GetProperty("data").GetProperty("group").GetString().ShouldBe("web");
        flow.Value("node flog of nobody").GetProperty("code").GetInt32().ShouldBe(3000);
    }

    [Fact]
    public void A_running_job_is_extended_and_stopped()
    {
        flow.Value("jobs.extend").GetProperty("credits").GetProperty("costUSD").GetDecimal().ShouldBeGreaterThan(0);
        flow.Value("jobs.stop").GetProperty("delisted").GetBoolean().ShouldBeFalse();
        flow.Value("jobs.get until stopped").GetProperty("state").GetInt32().ShouldBe(3);
        flow.Value("jobs.get until stopped").GetProperty("endReason").GetString().ShouldBe("stopped_by_owner");
        flow.Value("jobs.stop after the end").GetProperty("outcome").GetString().ShouldBe("already_terminal");
    }

    [Theory]
    [InlineData("no key", "UNAUTHENTICATED", 401)]
    [InlineData("wrong key", "UNAUTHENTICATED", 401)]
    [InlineData("unknown job", "JOB_NOT_FOUND", 404)]
    [InlineData("not an address", "JOB_NOT_FOUND", 404)]
    [InlineData("unknown market", "UNKNOWN_MARKET", 400)]
    [InlineData("too few credits", "INSUFFICIENT_CREDITS", 402)]
    [InlineData("a CID that is not pinned", "DEFINITION_NOT_FOUND", 400)]
    [InlineData("a malformed definition", "INVALID_JOB_DEFINITION", 400)]
    [InlineData("a timeout of nothing", "INVALID_TIMEOUT", 400)]
    [InlineData("no definition", "INVALID_PARAMETER", 400)]
    [InlineData("extend without seconds", "INVALID_PARAMETER", 400)]
    [InlineData("an address in the wrong field", "INVALID_PARAMETER", 400)]
    [InlineData("jobs.extend after the end", "JOB_ENDED", 409)]
    public void A_refusal_reads_as_a_sentence(string call, string code, int status)
    {
        var refusal = flow.Refusal(call);

        refusal.Code.ShouldBe(code);
        refusal.Status.ShouldBe(status);
        var sentence = refusal.Message[(refusal.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        sentence.ShouldMatch(Sentence().ToString());
        sentence.ShouldNotContain("Unknown error");
        sentence.ShouldNotContain("[object Object]");
    }

    [Fact]
    public void No_refusal_changed_the_balance() =>
        flow.Value("credits.balance at the end").GetProperty("reservedCredits").GetDecimal().ShouldBe(0);

    [GeneratedRegex(@"^[A-Z'‘“a-z0-9].{15,}$", RegexOptions.Singleline)]
    private static partial Regex Sentence();
}
