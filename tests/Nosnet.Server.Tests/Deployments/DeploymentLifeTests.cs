using System.Net;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class DeploymentLifeTests
{
    [Theory]
    [InlineData("/api/deployments")]
    [InlineData("/deployments")]
    public async Task A_deployment_is_created_and_found_under_both_roots(string root)
    {
        await using var network = await TestNetwork.StartAsync();
        var made = (await network.PostAsync($"{root}/create", DeploymentScene.Wish())).ShouldSucceed().Json;
        made.EnumerateObject().Take(15).Select(p => p.Name).ShouldBe(
            ["id", "name", "vault", "market", "owner", "status", "replicas", "timeout", "endpoints", "confidential", "active_revision", "active_jobs", "created_at", "updated_at", "strategy"]);
        made.GetProperty("id").GetString()!.Length.ShouldBeInRange(43, 44);
        made.GetProperty("status").GetString().ShouldBe("DRAFT");
        made.GetProperty("vault").GetString().ShouldBe(made.GetProperty("owner").GetString());
        made.GetProperty("created_at").GetString()!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        made.TryGetProperty("schedule", out _).ShouldBeFalse();

        var found = (await network.GetAsync($"{root}/{made.GetProperty("id").GetString()}")).ShouldSucceed().Json;
        found.GetRawText().ShouldBe(made.GetRawText());
        var list = (await network.GetAsync(root)).ShouldSucceed().Json;
        list.GetProperty("deployments").GetArrayLength().ShouldBe(1);
        list.GetProperty("pagination").GetProperty("total_items").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task It_lives_from_draft_to_deleted()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync(more: ("replicas", 2));
        (await network.PostAsync($"/api/deployments/{id}/start")).ShouldSucceed().Json.GetProperty("status").GetString().ShouldBe("STARTING");
        await network.UntilAsync(id, d => d.GetProperty("jobs_listed").GetInt32() == 2);
        (await network.StatusAsync(id)).ShouldBe("RUNNING");

        var jobs = (await network.GetAsync($"/api/deployments/{id}/jobs")).ShouldSucceed().Json.GetProperty("jobs");
        jobs.GetArrayLength().ShouldBe(2);
        var job = jobs[0];
        job.GetProperty("state").GetString().ShouldBe("QUEUED");
        job.GetProperty("node").ValueKind.ShouldBe(JsonValueKind.Null);
        job.GetProperty("time_start").GetInt64().ShouldBe(0);
        Tx.TryParse(job.GetProperty("tx").GetString(), out _).ShouldBeTrue();
        var detail = (await network.GetAsync($"/api/deployments/{id}/jobs/{job.GetProperty("job").GetString()}")).ShouldSucceed().Json;
        detail.GetProperty("jobDefinition").GetProperty("deployment_id").GetString().ShouldBe(id);
        detail.GetProperty("jobDefinition").GetProperty("meta").GetProperty("trigger").GetString().ShouldBe("deployment-manager");
        (await network.GetAsync($"/api/deployments/{id}/events?type=JOB_LIST_CONFIRMED")).ShouldSucceed().Json.GetProperty("events").GetArrayLength().ShouldBe(2);

        (await network.PostAsync($"/api/deployments/{id}/stop")).ShouldSucceed().Json.GetProperty("status").GetString().ShouldBe("STOPPING");
        await network.UntilAsync(id, d => d.GetProperty("status").GetString() == "STOPPED");
        (await network.SendAsync(HttpMethod.Delete, $"/api/deployments/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await network.GetAsync($"/api/deployments/{id}")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.DeploymentNotFound);
    }

    [Fact]
    public async Task What_its_state_does_not_allow_is_a_conflict()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync();
        foreach (var what in (string[])["stop", "archive"])
            (await network.PostAsync($"/api/deployments/{id}/{what}")).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.DeploymentState);
        (await network.PostAsync($"/api/deployments/{id}/start")).ShouldSucceed();
        (await network.PostAsync($"/api/deployments/{id}/start")).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.DeploymentState);
        (await network.SendAsync(HttpMethod.Delete, $"/api/deployments/{id}")).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.DeploymentState);
        (await network.PostAsync($"/api/deployments/{id}/stop")).ShouldSucceed();
        await network.UntilAsync(id, d => d.GetProperty("status").GetString() == "STOPPED");
        (await network.PostAsync($"/api/deployments/{id}/archive")).ShouldSucceed();
        (await network.PatchAsync(id, "replica-count", new { replicas = 2 })).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.DeploymentState);
        (await network.PatchAsync(id, "name", new { name = "put away" })).ShouldSucceed().Json.GetProperty("name").GetString().ShouldBe("put away");
    }

    [Fact]
    public async Task Everything_that_can_change_changes()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync("SCHEDULED", ("schedule", "0 6 * * *"));
        (await network.PatchAsync(id, "replica-count", new { replicas = 0 })).ShouldSucceed().Json.GetProperty("replicas").GetInt32().ShouldBe(0);
        (await network.PatchAsync(id, "timeout", new { timeout = 1.5 })).ShouldSucceed().Json.GetProperty("timeout").GetDecimal().ShouldBe(1.5m);
        (await network.PatchAsync(id, "market", new { market = "default" })).ShouldSucceed().Json.GetProperty("market").GetString().ShouldBe("default");
        var schedule = (await network.PatchAsync(id, "schedule", new { schedule = "30 7 * * MON", time_zone = "Europe/Berlin" })).ShouldSucceed().Json;
        schedule.GetProperty("schedule").GetString().ShouldBe("30 7 * * MON");
        schedule.GetProperty("next_runs").GetArrayLength().ShouldBe(5);
        schedule.GetProperty("next_runs").EnumerateArray().ShouldAllBe(t => t.GetDateTimeOffset().DayOfWeek == DayOfWeek.Monday);
        (await network.PatchAsync(id, "budget", new { budget = 2.5, max_jobs = 9 })).ShouldSucceed().Json.GetProperty("budget").GetDecimal().ShouldBe(2.5m);

        var seen = (await network.GetAsync($"/api/deployments/{id}")).Json;
        seen.GetProperty("time_zone").GetString().ShouldBe("Europe/Berlin");
        seen.GetProperty("max_jobs").GetInt32().ShouldBe(9);
        seen.GetProperty("timeout").GetDecimal().ShouldBe(1.5m);
    }

    [Fact]
    public async Task A_revision_becomes_active_and_is_rolled_back_and_no_number_comes_twice()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync();
        var second = (await network.PostAsync($"/api/deployments/{id}/create-revision", TestNetwork.Hello.Replace("hi", "ho", StringComparison.Ordinal))).ShouldSucceed().Json;
        second.GetProperty("active_revision").GetInt32().ShouldBe(2);
        second.GetProperty("revisions").EnumerateArray().Select(r => r.GetProperty("revision").GetInt32()).ShouldBe([1, 2]);
        (await network.PatchAsync(id, "active-revision", new { active_revision = 1 })).ShouldSucceed().Json.GetProperty("active_revision").GetInt32().ShouldBe(1);
        (await network.PostAsync($"/api/deployments/{id}/create-revision", TestNetwork.Hello)).ShouldSucceed().Json.GetProperty("active_revision").GetInt32().ShouldBe(3);
        (await network.PatchAsync(id, "active-revision", new { active_revision = 9 })).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.RevisionNotFound);
        var two = (await network.GetAsync($"/api/deployments/{id}/revisions?revision=2")).ShouldSucceed().Json;
        two.GetProperty("revisions")[0].GetProperty("job_definition").GetProperty("ops")[0].GetProperty("args").GetProperty("cmd")[1].GetString().ShouldBe("ho");
    }

    [Fact]
    public async Task A_copy_has_the_active_revision_alone()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync("INFINITE", ("timeout", 90), ("rotation_time", 30));
        (await network.PostAsync($"/api/deployments/{id}/create-revision", TestNetwork.Hello.Replace("hi", "ho", StringComparison.Ordinal))).ShouldSucceed();
        var copy = (await network.PostAsync($"/api/deployments/{id}/duplicate")).ShouldSucceed().Json;
        copy.GetProperty("name").GetString().ShouldBe("web (copy)");
        copy.GetProperty("active_revision").GetInt32().ShouldBe(1);
        copy.GetProperty("rotation_time").GetDecimal().ShouldBe(30);
        copy.GetProperty("id").GetString().ShouldNotBe(id);
        (await network.PostAsync($"/api/deployments/{id}/duplicate", new { name = "other" })).ShouldSucceed().Json.GetProperty("name").GetString().ShouldBe("other");
        // A body may come in pieces, without its length.
        var chunked = await network.SendAsync(HttpMethod.Post, $"/api/deployments/{id}/duplicate", new StringContent("""{"name":"third"}"""), with: r => r.Headers.TransferEncodingChunked = true);
        chunked.ShouldSucceed().Json.GetProperty("name").GetString().ShouldBe("third");
    }

    [Fact]
    public async Task What_was_asked_under_a_key_is_done_once()
    {
        await using var network = await TestNetwork.StartAsync();
        var wish = DeploymentScene.Wish();
        var first = await network.SendAsync(HttpMethod.Post, "/api/deployments/create", wish, with: r => r.Headers.Add("Idempotency-Key", "one"));
        var again = await network.SendAsync(HttpMethod.Post, "/api/deployments/create", wish, with: r => r.Headers.Add("Idempotency-Key", "one"));
        again.Text.ShouldBe(first.ShouldSucceed().Text);
        // Official deployments take the key in the body, and refuse the second.
        wish["idempotency_key"] = "two";
        (await network.PostAsync("/api/deployments/create", wish)).ShouldSucceed();
        (await network.PostAsync("/api/deployments/create", wish)).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.DeploymentExists);
        (await network.GetAsync("/api/deployments?idempotency_key=two")).Json.GetProperty("pagination").GetProperty("total_items").GetInt64().ShouldBe(1);
    }
}
