using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class DeploymentHandleTests
{
    private const string Done = """{"updated_at":"2026-01-01T00:00:00.000Z"}""";
    private static readonly string Path = $"/api/deployments/{DeploymentSample.Address}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_change_sends_its_own_field_alone()
    {
        await using var network = await TestNetwork.StartAsync();
        foreach (var what in (string[])["replica-count", "timeout", "schedule", "name", "market", "startup-timeout", "budget", "active-revision"])
            network.Answer($"PATCH {Path}/update-{what}", Done);
        using var client = network.Client();
        var handle = client.Deployments.Handle(DeploymentSample.Address);

        await handle.ScaleAsync(3, Cancellation);
        await handle.SetTimeoutAsync(TimeSpan.FromHours(2), Cancellation);
        await handle.SetScheduleAsync("0 9 * * *", "Europe/Berlin", Cancellation);
        await handle.RenameAsync("shop", Cancellation);
        await handle.SetMarketAsync("gpu", Cancellation);
        await handle.SetStartupTimeoutAsync(TimeSpan.FromMinutes(5), Cancellation);
        await handle.SetLimitsAsync(Credits.FromUsd(1), maxJobs: null, Cancellation);
        await handle.RollBackAsync(1, Cancellation);

        network.Requests.Select(r => r.Body).ShouldBe(
        [
            """{"replicas":3}""", """{"timeout":120}""", """{"schedule":"0 9 * * *","time_zone":"Europe/Berlin"}""", """{"name":"shop"}""",
            """{"market":"gpu"}""", """{"startup_timeout":5}""", """{"budget":1}""", """{"active_revision":1}""",
        ]);
        network.Requests.Select(r => r.Header("Idempotency-Key")).ShouldBeUnique();
    }

    [Fact]
    public async Task It_is_started_stopped_archived_deleted_copied_and_revised()
    {
        await using var network = await TestNetwork.StartAsync();
        foreach (var what in (string[])["start", "stop", "archive"])
            network.Answer($"POST {Path}/{what}", Done);
        network.Answer($"POST {Path}/duplicate", DeploymentSample.Official("copy"));
        network.Answer($"POST {Path}/create-revision", """{"active_revision":4,"updated_at":"2026-01-01T00:00:00.000Z"}""");
        network.Answer($"DELETE {Path}", "", 204);
        using var client = network.Client();
        var handle = client.Deployments.Handle(DeploymentSample.Address);

        await handle.StartAsync(Cancellation);
        await handle.StopAsync(Cancellation);
        await handle.ArchiveAsync(Cancellation);
        (await handle.DuplicateAsync("copy", autostart: true, Cancellation)).Name.ShouldBe("copy");
        (await handle.CreateRevisionAsync(DeploymentSample.Parsed, Cancellation)).ShouldBe(4);
        await handle.DeleteAsync(Cancellation);

        network.Requests.Select(r => r.Line).ShouldBe([$"POST {Path}/start", $"POST {Path}/stop", $"POST {Path}/archive", $"POST {Path}/duplicate", $"POST {Path}/create-revision", $"DELETE {Path}"]);
        network.Requests[3].Body.ShouldBe("""{"name":"copy","autostart":true}""");
        network.Requests[4].Body.ShouldStartWith("""{"version":"0.1",""");
    }

    [Fact]
    public async Task What_belongs_to_it_is_read_in_pages()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET {Path}/jobs?limit=10", DeploymentSample.Page("jobs", $$"""{"job":"{{Sample.Job}}","state":"RUNNING","revision":2,"node":null,"time_start":0,"created_at":"2026-01-01T00:00:00.000Z"}""", next: "N"));
        network.Answer($"GET {Path}/jobs?limit=10&cursor=N", DeploymentSample.Page("jobs", $$"""{"job":"{{Sample.Job}}","state":"PAUSED","revision":1}""", previous: "P"));
        network.Answer($"GET {Path}/events", DeploymentSample.Page("events", """{"category":"Deployment","type":"JOB_LIST_ERROR","message":"No.","tx":"","created_at":"2026-01-01T00:00:00.000Z"}"""));
        network.Answer($"GET {Path}/tasks", DeploymentSample.Page("tasks", """{"task":"LIST","due_at":"2026-01-01T00:00:00.000Z","limit":2},{"task":"DANCE","due_at":"2026-01-01T00:00:00.000Z"}"""));
        network.Answer($"GET {Path}/revisions", DeploymentSample.Revisions());
        using var client = network.Client();
        var handle = client.Deployments.Handle(DeploymentSample.Address);

        var jobs = await handle.JobsAsync(pageSize: 10).ToListAsync(Cancellation);
        jobs.Select(j => (j.State, j.Revision)).ShouldBe([(JobState.Running, 2), (null, 1)], "a state that is not known is null");
        (await handle.JobsAsync(pageSize: 10).PageAsync("N", Cancellation)).PreviousCursor.ShouldBe("P");
        var step = (await handle.EventsAsync().ToListAsync(Cancellation)).ShouldHaveSingleItem();
        (step.Type, step.Message, step.Tx).ShouldBe(("JOB_LIST_ERROR", "No.", null));
        (await handle.TasksAsync().ToListAsync(Cancellation)).ShouldHaveSingleItem().Limit.ShouldBe(2);
        (await handle.RevisionsAsync().ToListAsync(Cancellation)).ShouldHaveSingleItem().Definition!.Ops[0].Id.ShouldBe("work");
    }

    [Fact]
    public async Task Refusals_are_typed_and_say_what_the_network_said()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST {Path}/start", """{"error":"Deployment x is already running.","statusCode":409,"code":"DEPLOYMENT_STATE"}""", 409);
        network.Answer($"GET {Path}", """{"error":"There is no deployment.","statusCode":404,"code":"DEPLOYMENT_NOT_FOUND"}""", 404);
        network.Answer($"POST {Path}/stop", "\"Unauthorized\"", 401);
        using var client = network.Client();
        var handle = client.Deployments.Handle(DeploymentSample.Address);

        var refused = await Should.ThrowAsync<NosanaException>(() => handle.StartAsync(Cancellation));
        refused.Is(ErrorCode.DeploymentState).ShouldBeTrue();
        refused.Message.ShouldBe("Deployment x is already running.");
        (await Should.ThrowAsync<NosanaNotFoundException>(() => handle.GetAsync(Cancellation))).Is(ErrorCode.DeploymentNotFound).ShouldBeTrue();
        await Should.ThrowAsync<NosanaUnauthenticatedException>(() => handle.StopAsync(Cancellation));
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_sent_again_under_its_key()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST {Path}/stop", "{}", 503);
        network.Answer($"POST {Path}/stop", Done);
        using var client = network.Client();
        await client.Deployments.Handle(DeploymentSample.Address).StopAsync(Cancellation);
        network.Requests.Select(r => r.Header("Idempotency-Key")).Distinct().ShouldHaveSingleItem().ShouldNotBeNullOrEmpty();
        network.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_header_for_the_nodes_of_its_jobs_is_told()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET {Path}/header", """{"header":"DEPLOYMENT_HEADER:signature"}""");
        using var client = network.Client();
        (await client.Deployments.Handle(DeploymentSample.Address).HeaderAsync(cancellationToken: Cancellation)).ShouldBe("DEPLOYMENT_HEADER:signature");
    }
}
