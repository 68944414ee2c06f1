using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class FailureReadingTests
{
    [Theory]
    [InlineData("a JSON string", 401, "\"Unauthorized\"", "Unauthorized")]
    [InlineData("error", 401, """{"error":"Unauthorized"}""", "Unauthorized")]
    [InlineData("name and message", 400, """{"name":"X","message":"Bad thing"}""", "Bad thing")]
    [InlineData("Fastify", 404, """{"message":"Route GET /x not found","statusCode":404,"error":"Not Found"}""", "Route GET /x not found")]
    [InlineData("Elysia", 422, """{"type":"validation","on":"body","property":"/timeout","message":"Expected number"}""", "Expected number")]
    [InlineData("RFC 9457", 400, """{"title":"Bad Request","detail":"The timeout is not a number."}""", "The timeout is not a number.")]
    [InlineData("RFC 9457 without detail", 400, """{"title":"Bad Request"}""", "Bad Request")]
    [InlineData("nested", 400, """{"error":{"message":"Deep down"}}""", "Deep down")]
    [InlineData("several messages", 400, """{"message":["One.","Two."]}""", "One. Two.")]
    [InlineData("details alone", 400, """{"details":[{"path":"$.ops","message":"No operations."}]}""", "No operations.")]
    [InlineData("text", 500, "boom", "boom")]
    [InlineData("nothing", 500, "", "The network answered 500 (Internal Server Error) without a word.")]
    [InlineData("an object that says nothing", 500, "{}", "The network answered 500 (Internal Server Error) without a word.")]
    [InlineData("an array", 500, "[1]", "The network answered 500 (Internal Server Error): [1]")]
    public void The_sentence_is_found_in_every_shape_of_error_body(string shape, int status, string body, string sentence) =>
        FailureReading.Read(status, null, body).Message.ShouldBe(sentence, shape);

    [Fact]
    public void A_web_page_is_not_quoted_but_its_title() =>
        FailureReading.Read(502, "text/html", "<html><head><title>Bad gateway</title></head><body>lots</body></html>").Message
            .ShouldBe("The network answered 502 (Bad Gateway) with a web page titled 'Bad gateway'; check the URL, and what stands between.");

    [Fact]
    public void Everything_that_our_own_error_body_says_is_read()
    {
        var failure = FailureReading.Read(400, "application/json", """
            {"error":"Two findings.","message":"Two findings.","statusCode":400,"code":"INVALID_JOB_DEFINITION","type":"urn:x","title":"t","traceId":"abc",
             "details":[{"path":"$.ops","message":"One."},{"path":"$.meta","message":"Two."}]}
            """);
        failure.Code.ShouldBe("INVALID_JOB_DEFINITION");
        failure.TraceId.ShouldBe("abc");
        failure.Details.ShouldBe([new ErrorDetail("$.ops", "One."), new ErrorDetail("$.meta", "Two.")]);
    }

    [Fact]
    public void A_sentence_cannot_command_a_terminal() =>
        FailureReading.Read(400, null, "\"\\u001b[2Jgone\\nnext\"").Message.ShouldBe("[2Jgone next");

    [Fact]
    public void A_sentence_without_end_is_cut() =>
        FailureReading.Read(400, null, new string('x', 60_000)).Message.Length.ShouldBe(2_001);

    [Fact]
    public void Half_a_surrogate_pair_does_no_harm() =>
        FailureReading.Read(400, null, """{"message":"\ud800","error":"Readable."}""").Message.ShouldBe("Readable.");

    [Theory]
    [InlineData(401, "no", typeof(NosanaUnauthenticatedException))]
    [InlineData(402, "no", typeof(NosanaInsufficientCreditsException))]
    [InlineData(400, "Insufficient credits. Available: $0.000, Required: $0.048", typeof(NosanaInsufficientCreditsException))]
    [InlineData(404, "no", typeof(NosanaNotFoundException))]
    [InlineData(429, "no", typeof(NosanaUnavailableException))]
    [InlineData(503, "no", typeof(NosanaUnavailableException))]
    [InlineData(409, "no", typeof(NosanaException))]
    public void Callers_can_branch_on_the_type(int status, string sentence, Type type)
    {
        var exception = new Failure(status, sentence) { Code = "JOB_ENDED" }.ToException();
        exception.ShouldBeOfType(type);
        exception.Status.ShouldBe(status);
        exception.Is(ErrorCode.JobEnded).ShouldBeTrue();
    }
}
