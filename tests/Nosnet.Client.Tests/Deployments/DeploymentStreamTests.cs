using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class DeploymentStreamTests
{
    private const string Standing = """{"type":"deployment","status":"RUNNING","replicas":2,"active_revision":1}""";
    private static readonly string Route = $"GET /api/deployments/{DeploymentSample.Address}/stream";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_kind_of_frame_is_read_and_those_of_later_versions_are_passed_over()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents(
            Route,
            Frame(Standing), ": keep-alive\n\n",
            Frame($$"""{"type":"job","job":"{{Sample.Job}}","state":"RUNNING","node":"{{Sample.Node}}","timeStart":5,"timeEnd":0}"""),
            Frame("""{"type":"task","id":"t","task":"LIST","status":"PENDING","attempts":0,"due_at":"2026-01-01T00:00:00.000Z","job":null}"""),
            Frame("""{"type":"weather","is":"fine"}"""),
            Frame("""{"type":"deployment","status":"NAPPING","replicas":2,"active_revision":1}"""),
            Frame("""{"type":"task","id":"u","task":"DANCE","status":"PENDING"}"""),
            Frame("""{"type":"endpoint","opId":"web","port":8080,"url":"https://x.localhost","status":"ONLINE"}"""),
            Frame("""{"type":"event","category":"Deployment","event":"JOB_LIST_CONFIRMED","message":"Posted.","tx":null,"created_at":"2026-01-01T00:00:00.000Z"}"""));
        using var client = network.Client();

        var frames = await client.Deployments.Handle(DeploymentSample.Address).FollowAsync(Cancellation).Take(5).ToListAsync(Cancellation);

        frames[0].ShouldBe(new DeploymentFrame { Status = DeploymentStatus.Running, Replicas = 2, ActiveRevision = 1 });
        frames[1].ShouldBeOfType<DeploymentJobFrame>().Job.ShouldBe(Sample.Job);
        frames[2].ShouldBeOfType<DeploymentTaskFrame>().Task.ShouldBe(DeploymentTaskKind.List);
        frames[3].ShouldBeOfType<DeploymentEndpointFrame>().Status.ShouldBe(EndpointStatus.Online);
        frames[4].ShouldBeOfType<DeploymentEventFrame>().Event.ShouldBe("JOB_LIST_CONFIRMED");
    }

    [Fact]
    public async Task A_lost_stream_is_taken_up_behind_the_last_event()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents(Route, Frame(Standing, "E0"), Event("one", "E1"));
        network.Answer(Route, "", 503);
        network.AnswerEvents(Route, Frame(Standing, "E1"), Event("two", "E2"));
        using var client = network.Client();

        var frames = await client.Deployments.Handle(DeploymentSample.Address).FollowAsync(Cancellation).Take(4).ToListAsync(Cancellation);

        frames.OfType<DeploymentEventFrame>().Select(f => f.Message).ShouldBe(["one", "two"]);
        network.Requests[0].Header("Last-Event-ID").ShouldBeNull();
        network.Requests[^1].Header("Last-Event-ID").ShouldBe("E1");
    }

    [Fact]
    public async Task It_ends_when_the_deployment_is_gone_and_refuses_where_it_never_was()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents(Route, Frame(Standing));
        network.Answer(Route, """{"error":"There is no deployment.","statusCode":404,"code":"DEPLOYMENT_NOT_FOUND"}""", 404);
        using var client = network.Client();
        var handle = client.Deployments.Handle(DeploymentSample.Address);

        (await handle.FollowAsync(Cancellation).CountAsync(Cancellation)).ShouldBe(1);
        await Should.ThrowAsync<NosanaNotFoundException>(async () => await handle.FollowAsync(Cancellation).CountAsync(Cancellation));
    }

    private static string Frame(string json, string? id = null) => $"{(id is null ? "" : $"id: {id}\n")}data: {json}\n\n";

    private static string Event(string message, string id) =>
        Frame($$"""{"type":"event","category":"Deployment","event":"X","message":"{{message}}","tx":null,"created_at":"2026-01-01T00:00:00.000Z"}""", id);
}
