using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class EventsClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_stream_is_taken_up_behind_the_last_event()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents("GET /api/events", "event: open\nid: P0\ndata: {\"id\":\"P0\"}\n\n");
        network.Answer("GET /api/events", "", 503);
        network.AnswerEvents("GET /api/events", Event("P1"), Event("P2"));
        network.AnswerEvents("GET /api/events", "event: open\nid: P2\ndata: {\"id\":\"P2\"}\n\n", Event("P3"));
        using var client = network.Client();

        var told = await client.Events.StreamAsync(cancellationToken: Cancellation).Take(3).ToListAsync(Cancellation);

        told.Select(e => e.Id).ShouldBe(["P1", "P2", "P3"]);
        told[0].AmountUsd.ShouldBe(Credits.FromUsd(0.5m));
        network.Requests[0].Header("Last-Event-ID").ShouldBeNull();
        network.Requests[1].Header("Last-Event-ID").ShouldBe("P0");
        network.Requests[^1].Header("Last-Event-ID").ShouldBe("P2");
    }

    [Fact]
    public async Task Words_of_a_later_version_are_told_as_none()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerEvents("GET /api/events", Event("P1").Replace("}\n", ""","status":"paused","reason":"preempted"}""" + "\n", StringComparison.Ordinal));
        using var client = network.Client();
        var told = await client.Events.StreamAsync(cancellationToken: Cancellation).FirstAsync(Cancellation);
        (told.Id, told.Status, told.Reason).ShouldBe(("P1", null, null));
    }

    [Fact]
    public async Task A_refusal_is_told_at_once()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/events?after=x", """{"error":"No such event.","message":"No such event.","statusCode":400,"code":"INVALID_PARAMETER"}""", 400);
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(async () => await client.Events.StreamAsync("x", cancellationToken: Cancellation).FirstAsync(Cancellation))).Is(ErrorCode.InvalidParameter).ShouldBeTrue();
    }

    private static string Event(string id) =>
        $$"""event: event{{"\n"}}id: {{id}}{{"\n"}}data: {"id":"{{id}}","type":"job.posted","at":"2026-01-01T00:00:00Z","tx":"T","account":"{{Sample.Account}}","amountUsd":0.5}{{"\n\n"}}""";
}
