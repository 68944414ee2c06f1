using System.Net;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class FigureTests
{
    [Fact]
    public async Task What_was_done_for_deployments_is_counted_once_it_is_on_disk()
    {
        // Hardly any time passes: the server's own loop does nothing beside the test, and what is refused is not tried again.
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromTicks(1) };
        await using var network = await TestNetwork.StartAsync(time: time);
        var before = (await network.GetAsync("/stats", key: "")).ShouldSucceed().Json;
        before.GetProperty("tasks").GetProperty("successful").GetInt64().ShouldBe(0);
        before.GetProperty("tasks").GetProperty("average_time_ms").GetDouble().ShouldBe(0);
        var id = await network.CreateAsync("SIMPLE", ("replicas", 3), ("autostart", true));
        await network.UntilAsync(id, _ => network.Engine.Tasks.Read().Listed == 3);
        (await network.PostAsync($"/api/deployments/{id}/stop")).ShouldSucceed();
        await network.UntilAsync(id, _ => network.Engine.Tasks.Read().Stopped == 3);
        var lost = await network.CreateAsync("SIMPLE", ("market", "nowhere"), ("autostart", true));
        await network.UntilAsync(lost, _ => network.Engine.Tasks.Read().Refused == 1);

        var after = (await network.GetAsync("/api/stats", key: "")).ShouldSucceed().Json;
        after.GetProperty("jobs").ToString().ShouldBe("""{"listed":3,"extended":0,"stopped":3}""");
        var tasks = after.GetProperty("tasks");
        tasks.GetProperty("successful").GetInt64().ShouldBe(2);
        tasks.GetProperty("failed").GetInt64().ShouldBe(1);
        tasks.GetProperty("in_progress").GetInt32().ShouldBe(0);
        tasks.GetProperty("timed_out").GetInt32().ShouldBe(0);
        tasks.GetProperty("average_time_ms").GetDouble().ShouldBeGreaterThan(0);
        after.GetProperty("running_ms").GetInt64().ShouldBeGreaterThanOrEqualTo(before.GetProperty("running_ms").GetInt64());
        after.GetProperty("started_at").GetString().ShouldBe(before.GetProperty("started_at").GetString());
    }

    [Fact]
    public async Task The_same_figures_are_metrics_that_Prometheus_reads()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync("SIMPLE", ("replicas", 2), ("autostart", true));
        await network.UntilAsync(id, _ => network.Engine.Tasks.Read() is { Listed: 2, InProgress: 0 });

        foreach (var path in (string[])["/metrics", "/api/metrics"])
        {
            var answer = (await network.GetAsync(path, key: "")).ShouldSucceed();
            answer.ContentHeaders.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
            var lines = answer.Text.TrimEnd('\n').Split('\n');
            lines.ShouldContain("# TYPE nosnet_deployment_jobs_total counter");
            lines.ShouldContain("nosnet_deployment_jobs_total{action=\"listed\"} 2");
            lines.ShouldContain("nosnet_deployment_tasks_total{outcome=\"done\"} 1");
            lines.ShouldContain("nosnet_deployment_task_duration_seconds_count 1");
            lines.ShouldContain("nosnet_writer 1");
            lines.ShouldAllBe(l => System.Text.RegularExpressions.Regex.IsMatch(l, @"^(# (HELP [a-z_]+ .+|TYPE [a-z_]+ (gauge|counter|summary))|[a-z_]+(\{[a-z]+=""[a-z]+""\})? [0-9.E+-]+)$"));
        }
    }

    [Fact]
    public async Task The_server_says_that_it_is_there_as_official_managers_do()
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.GetAsync("/", key: "")).Status.ShouldBe(HttpStatusCode.OK);
        var health = (await network.GetAsync("/health", key: "")).ShouldSucceed().Json;
        health.GetProperty("status").GetString().ShouldBe("healthy");
        health.GetProperty("mode").GetString().ShouldBe("all");
        health.GetProperty("timestamp").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
    }

    [Theory]
    [InlineData("/documentation/json")]
    [InlineData("/documentation/swagger")]
    public async Task The_description_is_where_official_managers_have_it(string path)
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.GetAsync($"/api{path}", key: "")).ShouldSucceed().Text.ShouldBe((await network.GetAsync("/openapi.json", key: "")).Text);
    }

    [Fact]
    public async Task Pages_of_any_site_may_change_deployments_with_a_key_of_their_own()
    {
        await using var network = await TestNetwork.StartAsync();
        var asked = await network.SendAsync(HttpMethod.Options, "/api/deployments/x/update-name", key: "", with: request =>
        {
            request.Headers.Add("Origin", "https://example.com");
            request.Headers.Add("Access-Control-Request-Method", "PATCH");
            request.Headers.Add("Access-Control-Request-Headers", "authorization, content-type");
        });
        asked.Status.ShouldBe(HttpStatusCode.NoContent);
        asked.Headers.GetValues("Access-Control-Allow-Methods").ShouldBe(["PATCH"]);
        var refused = await network.SendAsync(HttpMethod.Get, "/api/deployments", key: "", with: r => r.Headers.Add("Origin", "https://example.com"));
        refused.ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        refused.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
    }
}
