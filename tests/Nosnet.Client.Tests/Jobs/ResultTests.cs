using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class ResultTests
{
    private const string Result = """
        {"status":"success","startTime":1767225600000,"endTime":1767225601000,"opStates":[
          {"operationId":"hello","group":"hello","providerId":"x","status":"success","startTime":1767225600000,"endTime":1767225601000,"exitCode":0,
           "logs":[{"type":"stdout","log":"one\n","timestamp":"2026-01-01T00:00:00.5Z"},{"type":"stderr","log":"two"}],"errors":[],"diagnostics":{"reason":{},"state":{}}}]}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_Nosnet_network_has_a_route_for_the_result()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Sample.Job}/result", Result);
        using var client = network.Client();
        (await client.Jobs.ResultAsync(Sample.Job, Cancellation)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task The_official_service_points_to_the_result()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Sample.Job}", Ended());
        network.Answer($"GET /ipfs/{Sample.Cid}", Result);
        using var client = network.OfficialClient();
        (await client.Jobs.ResultAsync(Sample.Job, Cancellation)).Operations[0].Logs[0].Log.ShouldBe("one\n");
    }

    [Fact]
    public async Task A_job_without_a_result_is_told_as_such()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Sample.Job}", Sample.OfficialJob());
        using var client = network.OfficialClient();
        (await Should.ThrowAsync<NosanaNotFoundException>(() => client.Jobs.ResultAsync(Sample.Job, Cancellation))).Message.ShouldBe($"The job {Sample.Job} has no result yet.");
    }

    [Fact]
    public async Task What_is_no_result_is_refused_in_a_sentence()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Sample.Job}/result", """{"status":1}""");
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(() => client.Jobs.ResultAsync(Sample.Job, Cancellation))).Message.ShouldStartWith("The document is not a job result");
    }

    [Fact]
    public async Task Following_on_the_official_network_ends_with_the_log_out_of_the_result()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Sample.Job}", Ended());
        network.Answer($"GET /ipfs/{Sample.Cid}", Result);
        using var client = network.OfficialClient();
        var updates = await client.Jobs.FollowAsync(Sample.Job, null, Cancellation).ToListAsync(Cancellation);
        updates.OfType<JobLogged>().Select(l => (l.Entry.Message, l.Entry.Kind)).ShouldBe([("one", LogKind.Stdout), ("two", LogKind.Stderr)]);
        var rest = await client.Jobs.FollowAsync(Sample.Job, new LogPosition(1, 1), Cancellation).ToListAsync(Cancellation);
        rest.OfType<JobLogged>().ShouldHaveSingleItem().Entry.Message.ShouldBe("two");
    }

    [Fact]
    public async Task A_result_that_cannot_be_fetched_does_not_hide_the_end()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Sample.Job}", Ended());
        using var client = network.OfficialClient();
        var updates = await client.Jobs.FollowAsync(Sample.Job, null, Cancellation).ToListAsync(Cancellation);
        updates[^1].ShouldBeOfType<JobEnded>().Job.ResultCid.ToString().ShouldBe(Sample.Cid);
    }

    [Fact]
    public async Task Definition_and_result_come_with_the_job_where_the_answer_carries_them()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Sample.Job}", Sample.Job1("completed", $$$"""
            ,"jobDefinition":{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"hello","args":{"image":"busybox"}}]},"jobResult":{{{Result}}}
            """));
        using var client = network.Client();
        var job = await client.Jobs.GetAsync(Sample.Job, Cancellation);
        job.Definition!.Ops[0].Id.ShouldBe("hello");
        job.Result!.Succeeded.ShouldBeTrue();
    }

    private static string Ended() => Sample.OfficialJob(2, "success").Replace("\"ipfsResult\":null", $"\"ipfsResult\":\"{Sample.Cid}\"", StringComparison.Ordinal);
}
