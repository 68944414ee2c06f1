namespace Nosnet.Protocol.Tests;

public sealed class WebhookPayloadTests
{
    private const string Account = "So11111111111111111111111111111111111111112";

    [Fact]
    public void A_body_is_read_and_words_of_a_later_version_are_passed_over()
    {
        var payload = WebhookPayload.Parse(Body("stopped", "preempted"));

        (payload.Type, payload.Data.Id).ShouldBe(("job.ended", "P1"));
        (payload.Data.Status, payload.Data.Reason).ShouldBe((JobStatus.Stopped, null));
        WebhookPayload.Parse(Body("paused", "out_of_memory")).Data.Reason.ShouldBe(EndReason.OutOfMemory);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"job.ended","timestamp":"2026-01-01T00:00:00Z","data":null}""")]
    public void What_is_no_body_is_refused(string json) =>
        Should.Throw<FormatException>(() => WebhookPayload.Parse(json)).Message.ShouldStartWith("This is not the body of a webhook's message: ");

    private static string Body(string status, string reason) =>
        $$$"""{"type":"job.ended","timestamp":"2026-01-01T00:00:00Z","data":{"id":"P1","type":"job.ended","at":"2026-01-01T00:00:00Z","tx":"T","account":"{{{Account}}}","status":"{{{status}}}","reason":"{{{reason}}}"}}""";
}
