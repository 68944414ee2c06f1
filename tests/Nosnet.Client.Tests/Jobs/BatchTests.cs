using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class BatchTests
{
    private static readonly PostJob Post = new(Cid.Parse(Sample.Cid), "gpu") { Timeout = TimeSpan.FromMinutes(1) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_became_of_each_job_is_told_in_order()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/jobs/list/batch", $$$"""
            {"items":[{"index":1,"status":"refused","error":{"error":"Insufficient credits. Available: $0.000, Required: $0.048","statusCode":402,"code":"INSUFFICIENT_CREDITS"}},
             {"index":0,"status":"confirmed","job":"{{{Sample.Job}}}","run":"{{{Sample.Run}}}","tx":"T","reservedUsd":0.048},{"index":2,"status":"expired"}]}
            """);
        using var client = network.Client();
        var jobs = await client.Jobs.PostManyAsync([Post, Post, Post], "batch-1", Cancellation);
        jobs.Select(j => j.Status).ShouldBe([BatchStatus.Confirmed, BatchStatus.Refused, BatchStatus.Expired]);
        (jobs[0].Job!.Address, jobs[0].Run, jobs[0].Tx, jobs[0].Reserved).ShouldBe((Sample.Job, Sample.Run, "T", Credits.FromUsd(0.048m)));
        jobs[1].Refusal.ShouldBeOfType<NosanaInsufficientCreditsException>().Status.ShouldBe(402);
        network.Request.Header("Idempotency-Key").ShouldBe("batch-1");
        network.Request.Body.ShouldStartWith($$"""{"jobs":[{"ipfsHash":"{{Sample.Cid}}","market":"gpu","timeoutSeconds":60},""");
    }

    [Fact]
    public async Task Jobs_are_stopped_and_extended_by_their_addresses()
    {
        await using var network = await TestNetwork.StartAsync();
        var done = $$"""{"items":[{"index":0,"status":"confirmed","job":"{{Sample.Job}}","tx":"T"}]}""";
        network.Answer("POST /api/jobs/stop/batch", done);
        network.Answer("POST /api/jobs/extend/batch", done);
        using var client = network.Client();
        await client.Jobs.StopManyAsync([Sample.Job], Cancellation);
        await client.Jobs.ExtendManyAsync([Sample.Job], TimeSpan.FromMinutes(2), Cancellation);
        network.Requests.Select(r => r.Body).ShouldBe([$$"""{"jobs":[{"jobAddress":"{{Sample.Job}}"}]}""", $$"""{"jobs":[{"jobAddress":"{{Sample.Job}}","seconds":120}]}"""]);
    }

    [Fact]
    public async Task An_answer_that_leaves_a_job_out_is_not_believed()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/jobs/list/batch", $$"""{"items":[{"index":0,"status":"confirmed","job":"{{Sample.Job}}"}]}""");
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(() => client.Jobs.PostManyAsync([Post, Post], cancellationToken: Cancellation))).Message.ShouldContain("tells of 1 jobs");
    }

    [Fact]
    public async Task Too_many_jobs_and_keys_of_single_jobs_are_refused_before_anything_is_sent()
    {
        await using var network = await TestNetwork.StartAsync();
        using var client = network.Client();
        await Should.ThrowAsync<ArgumentException>(() => client.Jobs.PostManyAsync([], cancellationToken: Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => client.Jobs.PostManyAsync([.. Enumerable.Repeat(Post, 1_001)], cancellationToken: Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => client.Jobs.PostManyAsync([Post with { IdempotencyKey = "k" }], cancellationToken: Cancellation));
        network.Requests.ShouldBeEmpty();
    }
}
