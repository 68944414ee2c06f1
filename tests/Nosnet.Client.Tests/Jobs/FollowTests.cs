using Microsoft.AspNetCore.Http;
using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class FollowTests
{
    private static readonly string Logs = $"GET /api/jobs/{Sample.Job}/logs";
    private static readonly string End = Sample.Event("end", Sample.Job1("completed"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_followed_from_the_queue_to_its_end()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents(
            Logs,
            ": hello\n\n",
            Sample.Event("status", Sample.Progress("pending", 2)),
            Sample.Event("status", Sample.Progress("running")),
            Sample.Log(1, "hi"),
            Sample.Event("news-of-a-later-version", "?"),
            End);
        using var client = network.Client();
        var updates = await client.Jobs.FollowAsync(Sample.Job, null, Cancellation).ToListAsync(Cancellation);
        updates.Count.ShouldBe(4);
        updates[0].ShouldBeOfType<JobMoved>().Progress.Queue!.Position.ShouldBe(2);
        updates[1].ShouldBeOfType<JobMoved>().Progress.Status.ShouldBe(JobStatus.Running);
        updates[2].ShouldBeOfType<JobLogged>().Entry.Message.ShouldBe("hi");
        updates[3].ShouldBeOfType<JobEnded>().Job.Status.ShouldBe(JobStatus.Completed);
        network.Request.Header("Accept").ShouldBe("text/event-stream");
    }

    [Fact]
    public async Task Words_of_a_later_version_do_not_end_a_stream()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents(
            Logs,
            Sample.Event("status", Sample.Progress("paused")),
            Sample.Event("status", """{"status":"stopped","endReason":"preempted","epoch":1}"""),
            Sample.Event("log", """{"id":1,"opId":"hello","kind":"debug","timestamp":"2026-01-01T00:00:00Z","message":"hm"}""", "1.1"),
            End);
        using var client = network.Client();
        var updates = await client.Jobs.FollowAsync(Sample.Job, null, Cancellation).ToListAsync(Cancellation);
        updates.OfType<JobMoved>().ShouldHaveSingleItem().Progress.ShouldBe(new JobProgress { Status = JobStatus.Stopped, EndReason = null, Epoch = 1 });
        var line = updates.OfType<JobLogged>().ShouldHaveSingleItem();
        (line.Entry.Kind, line.Entry.Message, line.Position).ShouldBe((LogKind.Info, "hm", new LogPosition(1, 1)));
        updates[^1].ShouldBeOfType<JobEnded>();
    }

    [Fact]
    public async Task A_lost_connection_is_taken_up_again_after_the_last_line()
    {
        await using var network = await TestNetwork.StartAsync();
        var received = new TaskCompletionSource();
        network.Answer(Logs, async context =>
        {
            await Events(Sample.Event("status", Sample.Progress("running")), Sample.Log(1, "one"), Sample.Log(2, "two"))(context);
            await received.Task;
            context.Abort();
        });
        network.Answer(Logs, "{}", 503);
        network.Answer(Logs, Events(Sample.Event("status", Sample.Progress("running")), Sample.Log(2, "two"), Sample.Log(3, "three"), End));
        using var client = network.Client();
        var updates = new List<JobUpdate>();
        await foreach (var update in client.Jobs.FollowAsync(Sample.Job, null, Cancellation))
        {
            updates.Add(update);
            if (updates.Count == 3)
                received.SetResult();
        }
        updates.OfType<JobLogged>().Select(l => l.Entry.Message).ShouldBe(["one", "two", "three"]);
        updates.OfType<JobMoved>().Count().ShouldBe(1);
        network.Requests[0].Header("Last-Event-ID").ShouldBeNull();
        network.Requests[^1].Header("Last-Event-ID").ShouldBe("1.2");
    }

    [Fact]
    public async Task A_stream_that_just_ends_is_taken_up_again()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents(Logs, Sample.Log(1, "one"));
        network.AnswerEvents(Logs, Sample.Log(1, "again", epoch: 2), End);
        using var client = network.Client();
        var updates = await client.Jobs.FollowAsync(Sample.Job, null, Cancellation).ToListAsync(Cancellation);
        updates.OfType<JobLogged>().Select(l => l.Position).ShouldBe([new LogPosition(1, 1), new LogPosition(2, 1)]);
    }

    [Fact]
    public async Task Whoever_enumerates_twice_reads_twice()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents(Logs, Sample.Event("status", Sample.Progress("running")), Sample.Log(1, "one"), End);
        using var client = network.Client();
        var updates = client.Jobs.FollowAsync(Sample.Job, null, Cancellation);
        (await updates.ToListAsync(Cancellation)).Select(u => u.GetType()).ShouldBe((await updates.ToListAsync(Cancellation)).Select(u => u.GetType()));
    }

    [Theory]
    [InlineData("1.42", true)]
    [InlineData("1", false)]
    [InlineData("1.2.3", false)]
    [InlineData("-1.2", false)]
    [InlineData("1.99999999999999999999", false)]
    [InlineData("", false)]
    public void A_place_in_a_log_is_an_epoch_and_a_number(string text, bool isPlace)
    {
        LogPosition.TryParse(text, null, out var position).ShouldBe(isPlace);
        if (isPlace)
            position.ToString().ShouldBe(text);
    }

    [Fact]
    public async Task A_log_can_be_read_from_where_one_left_off()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents(Logs, End);
        using var client = network.Client();
        await client.Jobs.FollowAsync(Sample.Job, LogPosition.Parse("1.42"), Cancellation).ToListAsync(Cancellation);
        network.Request.Header("Last-Event-ID").ShouldBe("1.42");
    }

    [Fact]
    public async Task Following_a_job_that_is_not_there_is_refused_at_once()
    {
        await using var network = await TestNetwork.StartAsync();
        using var client = network.Client();
        await Should.ThrowAsync<NosanaNotFoundException>(async () => await client.Jobs.FollowAsync(Sample.Job, null, Cancellation).ToListAsync(Cancellation));
        network.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_that_is_taken_away_meanwhile_ends_it()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents(Logs, Sample.Log(1, "one"));
        network.Answer(Logs, "\"Unauthorized\"", 401);
        using var client = network.Client();
        await Should.ThrowAsync<NosanaUnauthenticatedException>(async () => await client.Jobs.FollowAsync(Sample.Job, null, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_network_that_stays_silent_for_ten_minutes_is_given_up()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents(Logs, Sample.Log(1, "one"));
        network.Answer(Logs, "{}", 503);
        var clock = new SkippingClock();
        using var client = network.Client(o => o.TimeProvider = clock);
        var lost = await Should.ThrowAsync<NosanaConnectionException>(async () => await client.Jobs.FollowAsync(Sample.Job, null, Cancellation).ToListAsync(Cancellation));
        lost.Message.ShouldBe("The network has not been heard for 10 minutes.");
        lost.InnerException.ShouldBeOfType<NosanaUnavailableException>();
    }

    [Theory]
    [InlineData("event: log\nid: 1.1\ndata: {not json\n\n", "not JSON")]
    [InlineData("event: log\nid: 1.1\ndata: {}\n\n", "cannot be read")]
    [InlineData("event: log\nid: x\ndata: {\"id\":1,\"kind\":\"stdout\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"message\":\"m\"}\n\n", "has the id 'x'")]
    [InlineData("event: status\ndata: []\n\n", "cannot be read")]
    [InlineData("event: end\ndata: 1\n\n", "where an object belongs")]
    public async Task Events_that_make_no_sense_are_refused(string events, string why)
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents(Logs, events);
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(async () => await client.Jobs.FollowAsync(Sample.Job, null, Cancellation).ToListAsync(Cancellation)))
            .Message.ShouldContain(why);
    }

    [Fact]
    public async Task An_answer_that_is_no_stream_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer(Logs, "<html>", 200, "text/html");
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(async () => await client.Jobs.FollowAsync(Sample.Job, null, Cancellation).ToListAsync(Cancellation)))
            .Message.ShouldContain("it is no event stream (text/html)");
    }

    [Fact]
    public async Task Waiting_gives_the_ended_job_and_asks_for_no_log()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents($"GET /api/jobs/{Sample.Job}/status", Sample.Event("status", Sample.Progress("running")), End);
        using var client = network.Client();
        (await client.Jobs.WaitAsync(Sample.Job, Cancellation)).Status.ShouldBe(JobStatus.Completed);
    }

    [Fact]
    public async Task Leaving_off_closes_the_connection()
    {
        await using var network = await TestNetwork.StartAsync();
        var closed = new TaskCompletionSource();
        network.Answer(Logs, async context =>
        {
            context.RequestAborted.Register(() => closed.TrySetResult());
            await Events(Sample.Log(1, "one"))(context);
            await context.Response.Body.FlushAsync();
            await closed.Task;
        });
        using var client = network.Client();
        await foreach (var update in client.Jobs.FollowAsync(Sample.Job, null, Cancellation))
        {
            update.ShouldBeOfType<JobLogged>();
            break;
        }
        await closed.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task On_the_official_network_a_job_is_asked_for_until_it_ends()
    {
        await using var network = await TestNetwork.StartAsync();
        var route = $"GET /api/jobs/{Sample.Job}";
        network.Answer(route, Sample.OfficialJob(0));
        network.Answer(route, Sample.OfficialJob(0));
        network.Answer(route, Sample.OfficialJob(1));
        network.Answer(route, Sample.OfficialJob(2, "failed"));
        using var client = network.OfficialClient();
        var updates = await client.Jobs.FollowAsync(Sample.Job, null, Cancellation).ToListAsync(Cancellation);
        updates.OfType<JobMoved>().Select(m => m.Progress.Status).ShouldBe([JobStatus.Pending, JobStatus.Running, JobStatus.Failed]);
        updates[^1].ShouldBeOfType<JobEnded>().Job.Status.ShouldBe(JobStatus.Failed);
    }

    private static RequestDelegate Events(params string[] events) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var e in events)
            await context.Response.WriteAsync(e);
        await context.Response.Body.FlushAsync();
    };
}
