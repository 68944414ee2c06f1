using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class JobsClientTests
{
    [Fact]
    public async Task A_quote_asks_with_a_CID_or_the_definition_itself()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/jobs/quote", """{"refusal":null,"costUsd":0.11,"availableUsd":5,"queuePosition":3,"expectedStart":"2026-01-01T00:00:00Z"}""");
        using var client = network.Client();
        var quote = await client.Jobs.QuoteAsync(new PostJob(Cid.Parse(Sample.Cid), "gpu") { Timeout = TimeSpan.FromMinutes(5) }, TestContext.Current.CancellationToken);
        network.Request.Body.ShouldBe($$"""{"ipfsHash":"{{Sample.Cid}}","market":"gpu","timeoutSeconds":300}""");
        network.Request.Header("Idempotency-Key").ShouldBeNull();
        (quote.CostUsd, quote.QueuePosition).ShouldBe((Credits.FromUsd(0.11m), 3));

        var definition = new JobDefinition { Ops = [new ContainerRun("hello") { Image = "busybox" }] };
        await client.Jobs.QuoteAsync(definition, "gpu", cancellationToken: TestContext.Current.CancellationToken);
        network.Requests[^1].Body.ShouldContain("\"definition\":{");
    }

    private const string Posted = """
        {"tx":"TX","job":"7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGHq","run":"EzuHhkrhmV98HWzREsgLenKj2iHdJgrKmzfL8psP8Aso",
         "credits":{"costUSD":0.1,"creditsUsed":0.1,"reservationId":"R1","project":"So11111111111111111111111111111111111111112"}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Posting_to_the_official_service_sends_what_its_own_client_sends()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/jobs/list", Posted);
        using var client = network.OfficialClient();
        await client.Jobs.PostAsync(new PostJob(Cid.Parse(Sample.Cid), Sample.Market) { Timeout = TimeSpan.FromMinutes(30), Node = Sample.Node }, Cancellation);
        network.Request.Body.ShouldBe($$"""{"ipfsHash":"{{Sample.Cid}}","market":"{{Sample.Market}}","timeout":1800,"node":"{{Sample.Node}}"}""");
        network.Request.Header("Authorization").ShouldBe("Bearer nos_test");
        network.Request.Header("Content-Type").ShouldBe("application/json");
    }

    [Fact]
    public async Task Posting_to_a_Nosnet_network_names_the_unit_of_the_timeout()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/jobs/list", Posted);
        using var client = network.Client();
        await client.Jobs.PostAsync(new PostJob(Cid.Parse(Sample.Cid), "gpu") { Timeout = TimeSpan.FromMilliseconds(1500) }, Cancellation);
        network.Request.Body.ShouldBe($$"""{"ipfsHash":"{{Sample.Cid}}","market":"gpu","timeoutSeconds":2}""");
    }

    [Fact]
    public async Task A_definition_is_posted_under_a_key_of_the_callers_own()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerPins();
        network.Answer("POST /api/jobs/list", Posted);
        network.Answer($"POST /api/jobs/{Sample.Job}/job-definition", "", 204);
        using var client = network.Client();
        var definition = new JobDefinition { Ops = [new ContainerRun("hello") { Image = "busybox" }] };

        await client.Jobs.PostAsync(definition, "gpu", idempotencyKey: "order-17", cancellationToken: Cancellation);
        await client.Jobs.PostConfidentialAsync(definition, "gpu", idempotencyKey: "order-18", cancellationToken: Cancellation);

        network.Requests.Where(r => r.Target == "/api/jobs/list").Select(r => r.Header("Idempotency-Key")).ShouldBe(["order-17", "order-18"]);
        var pinned = network.Requests.Count;
        await Should.ThrowAsync<ArgumentException>(() => client.Jobs.PostAsync(definition, "gpu", idempotencyKey: "order 19", cancellationToken: Cancellation));
        network.Requests.Count.ShouldBe(pinned);
    }

    [Fact]
    public async Task A_post_under_a_key_of_the_callers_own_is_sent_under_it()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/jobs/list", Posted);
        using var client = network.Client();
        await client.Jobs.PostAsync(new PostJob(Cid.Parse(Sample.Cid), "gpu") { IdempotencyKey = "order-17" }, Cancellation);
        network.Request.Header("Idempotency-Key").ShouldBe("order-17");
        Should.Throw<ArgumentException>(() => new PostJob(Cid.Parse(Sample.Cid), "gpu") { IdempotencyKey = "order 17" });
    }

    [Fact]
    public async Task A_job_posted_to_the_official_service_is_pending_until_more_is_known()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/jobs/list", Posted);
        using var client = network.OfficialClient();
        var job = await client.Jobs.PostAsync(new PostJob(Cid.Parse(Sample.Cid), Sample.Market), Cancellation);
        job.Address.ShouldBe(Sample.Job);
        job.Run.ShouldBe(Sample.Run);
        job.Tx.ShouldBe("TX");
        job.Status.ShouldBe(JobStatus.Pending);
        job.Credits!.CostUsd.ShouldBe(Credits.FromUsd(0.1m));
        job.Credits.ReservationId.ShouldBe("R1");
        job.Credits.Project.ToString().ShouldBe(Sample.Account);
    }

    [Fact]
    public async Task A_job_posted_to_a_Nosnet_network_tells_its_state_and_its_time()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/jobs/list", Posted.TrimEnd()[..^1] + $$""","state":1,"status":"running","timeoutSeconds":90,"node":"{{Sample.Node}}"}""");
        using var client = network.Client();
        var job = await client.Jobs.PostAsync(new PostJob(Cid.Parse(Sample.Cid), "gpu"), Cancellation);
        job.Status.ShouldBe(JobStatus.Running);
        job.Timeout.ShouldBe(TimeSpan.FromSeconds(90));
        job.Node.ShouldBe(Sample.Node);
    }

    [Fact]
    public async Task Too_few_credits_are_told_as_such()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/jobs/list", """{"error":"Insufficient credits. Available: $0.000, Required: $0.048","statusCode":402,"code":"INSUFFICIENT_CREDITS"}""", 402);
        using var client = network.Client();
        var refused = await Should.ThrowAsync<NosanaInsufficientCreditsException>(
            () => client.Jobs.PostAsync(new PostJob(Cid.Parse(Sample.Cid), "gpu"), Cancellation));
        refused.Message.ShouldBe("Insufficient credits. Available: $0.000, Required: $0.048");
        refused.Is(ErrorCode.InsufficientCredits).ShouldBeTrue();
    }

    [Fact]
    public async Task An_answer_to_posting_that_names_no_job_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/jobs/list", """{"tx":"TX","job":"JOB1"}""");
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(() => client.Jobs.PostAsync(new PostJob(Cid.Parse(Sample.Cid), "gpu"), Cancellation)))
            .Message.ShouldContain("it names no job");
    }

    [Fact]
    public async Task Extending_sends_seconds()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/extend", $$$"""
            {"tx":"TX","job":"{{{Sample.Job}}}","credits":{"costUSD":0.012000000004,"creditsUsed":0.012,"reservationId":"R2"},"timeoutSeconds":4500}
            """);
        using var client = network.Client();
        var extended = await client.Jobs.Handle(Sample.Job).ExtendAsync(TimeSpan.FromMinutes(15), Cancellation);
        network.Request.Body.ShouldBe("""{"seconds":900}""");
        extended.Timeout.ShouldBe(TimeSpan.FromMinutes(75));
        extended.Credits!.CostUsd.ShouldBe(Credits.FromUsd(0.012m));
    }

    [Fact]
    public async Task Extending_by_nothing_is_refused_before_anything_is_sent()
    {
        await using var network = await TestNetwork.StartAsync();
        using var client = network.Client();
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => client.Jobs.ExtendAsync(Sample.Job, TimeSpan.Zero, Cancellation));
        network.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stopping_sends_no_body()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", $$"""{"tx":"TX","job":"{{Sample.Job}}","delisted":true}""");
        using var client = network.OfficialClient();
        var stopped = await client.Jobs.StopAsync(Sample.Job, Cancellation);
        network.Request.Header("Content-Length").ShouldBe("0");
        network.Request.Header("Content-Type").ShouldBeNull();
        stopped.Delisted.ShouldBeTrue();
        stopped.HadEnded.ShouldBeFalse();
    }

    [Fact]
    public async Task Stopping_a_job_that_had_ended_says_so()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer(
            $"POST /api/jobs/{Sample.Job}/stop", $$"""{"tx":null,"job":"{{Sample.Job}}","delisted":false,"outcome":"already_terminal","status":"completed"}""");
        using var client = network.Client();
        var stopped = await client.Jobs.StopAsync(Sample.Job, Cancellation);
        stopped.HadEnded.ShouldBeTrue();
        stopped.Tx.ShouldBeNull();
        stopped.Status.ShouldBe(JobStatus.Completed);
    }

    [Fact]
    public async Task A_job_that_is_not_there_is_told_as_such()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Sample.Job}", """{"message":"There is no such job of yours.","code":"JOB_NOT_FOUND"}""", 404);
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaNotFoundException>(() => client.Jobs.GetAsync(Sample.Job, Cancellation))).Is(ErrorCode.JobNotFound).ShouldBeTrue();
    }

    [Fact]
    public async Task Listing_fetches_page_after_page()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = Sample.Job1();
        network.Answer("GET /api/jobs?state=pending%2Crunning&market=gpu&limit=2", $$"""{"jobs":[{{job}},{{job}}],"nextCursor":"a b"}""");
        network.Answer("GET /api/jobs?state=pending%2Crunning&market=gpu&limit=2&cursor=a%20b", $$"""{"jobs":[{{job}}],"nextCursor":null}""");
        using var client = network.Client();
        var filter = new JobFilter { Statuses = [JobStatus.Pending, JobStatus.Running], Market = "gpu", PageSize = 2 };
        (await client.Jobs.ListAsync(filter).ToListAsync(Cancellation)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_list_that_never_ends_is_cut()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/jobs", """{"jobs":[],"nextCursor":"again"}""");
        using var client = network.Client();
        await Should.ThrowAsync<NosanaException>(async () => await client.Jobs.ListAsync().ToListAsync(Cancellation));
        network.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Events_are_read()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/jobs/{Sample.Job}/events", """[{"tx":"TX","type":"JobPosted","at":"2026-01-01T00:00:00Z","amount":0.048}]""");
        using var client = network.Client();
        var step = (await client.Jobs.EventsAsync(Sample.Job, Cancellation)).ShouldHaveSingleItem();
        step.Type.ShouldBe("JobPosted");
        step.Amount.ShouldBe(Credits.FromUsd(0.048m));
    }

    [Fact]
    public void The_answer_is_kept_as_it_came() =>
        JobReading.Job(new WireObject(JsonElement.Parse(Sample.Job1(more: ""","later":1"""))), null)!.Json.GetProperty("later").GetInt32().ShouldBe(1);
}
