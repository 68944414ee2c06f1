using System.Text;
using System.Text.Json.Nodes;

namespace Nosnet.Protocol.Tests;

public sealed class JobResultTests
{
    /// <summary>A document as an official node writes it.</summary>
    private const string Official = """
        {
          "status": "success", "startTime": 1700000000000, "endTime": 1700000005250, "secrets": {},
          "opStates": [
            {
              "operationId": "a", "group": "stage", "providerId": "0123456789ab",
              "status": "success", "startTime": 1700000000100, "endTime": 1700000005000, "exitCode": 0,
              "logs": [
                { "type": "stdout", "log": "VAL=42 <&> ü", "timestamp": "2026-01-01T00:00:00.123456789Z" },
                { "type": "nodeerr", "log": "Unresolved literal" }
              ],
              "errors": [],
              "diagnostics": {
                "reason": { "hostShutDown": false, "jobStopped": false, "jobExpired": false },
                "state": {
                  "Status": "exited", "Running": false, "Paused": false, "Restarting": false, "OOMKilled": false, "Dead": false,
                  "Pid": 0, "ExitCode": 0, "Error": "", "StartedAt": "2026-01-01T00:00:00Z", "FinishedAt": "2026-01-01T00:00:05Z",
                  "Health": { "Status": "healthy", "FailingStreak": 0, "Log": null }, "RestartCount": 0
                }
              },
              "results": { "value": ["VAL=42", "42", null], "none": [], "broken": "Invalid regular expression" }
            },
            {
              "operationId": "b", "group": "b", "providerId": null,
              "status": "failed", "startTime": null, "endTime": 1700000005200, "exitCode": null,
              "logs": [],
              "errors": [ { "event": "image-pull-error", "message": "no such image", "code": 404 } ],
              "diagnostics": { "reason": { "hostShutDown": false, "jobStopped": true, "jobExpired": false, "reason": "Operation stopped due to flow stopped" } }
            }
          ]
        }
        """;

    [Fact]
    public void An_official_document_is_written_as_it_was_read()
    {
        var written = JobResult.Parse(Encoding.UTF8.GetBytes(Official)).ToUtf8Bytes();

        JsonNode.DeepEquals(JsonNode.Parse(written), JsonNode.Parse(Official)).ShouldBeTrue(Encoding.UTF8.GetString(written));
    }

    [Fact]
    public void Reading_what_was_written_gives_an_equal_result()
    {
        var result = JobResult.Parse(Encoding.UTF8.GetBytes(Official));

        JobResult.Parse(result.ToUtf8Bytes()).ShouldBe(result);
    }

    [Fact]
    public void Its_fields_are_read()
    {
        var result = JobResult.Parse(Encoding.UTF8.GetBytes(Official));

        result.Status.ShouldBe(ResultStatus.Success);
        result.StartTime.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1700000000000));
        result.EndTime.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1700000005250));
        var first = result.Operations[0];
        first.Logs[0].ShouldBe(new ResultLog { Type = LogSource.StdOut, Log = "VAL=42 <&> ü", Timestamp = "2026-01-01T00:00:00.123456789Z" });
        first.Logs[1].Type.ShouldBe(LogSource.NodeErr);
        first.Results!["value"].ShouldBe(new ExtractedResult(["VAL=42", "42", null]));
        first.Results["broken"].Error.ShouldBe("Invalid regular expression");
        first.Diagnostics.State!.Status.ShouldBe("exited");
        var second = result.Operations[1];
        second.Errors.ShouldHaveSingleItem().ShouldBe(new ResultError { Event = ResultError.ImagePull, Message = "no such image", Code = 404 });
        second.Diagnostics.Reason.JobStopped.ShouldBeTrue();
        second.ExitCode.ShouldBeNull();
    }

    [Fact]
    public void A_job_with_a_failed_operation_did_not_succeed_whatever_its_own_status_says()
    {
        var result = JobResult.Parse(Encoding.UTF8.GetBytes(Official));

        result.Succeeded.ShouldBeFalse();
        (result with { Operations = [result.Operations[0]] }).Succeeded.ShouldBeTrue();
        (result with { Operations = [result.Operations[0] with { ExitCode = 1 }] }).Succeeded.ShouldBeFalse();
    }

    [Fact]
    public void The_result_of_a_job_that_was_never_run_is_read()
    {
        var result = JobResult.Parse("""{"status":"","startTime":0,"endTime":0,"opStates":[]}"""u8);

        result.Status.ShouldBe(ResultStatus.NeverRun);
        result.Secrets.ShouldBeEmpty();
        result.Succeeded.ShouldBeFalse();
    }

    [Fact]
    public void Absent_fields_of_an_operation_are_empty_not_null()
    {
        var operation = JobResult.Parse("""{"status":"failed","startTime":1,"opStates":[{"operationId":"a","status":null}]}"""u8).Operations[0];

        operation.Logs.ShouldBeEmpty();
        operation.Errors.ShouldBeEmpty();
        operation.Diagnostics.ShouldBe(new Diagnostics());
        operation.Results.ShouldBeNull();
    }

    [Fact]
    public void Unknown_fields_and_statuses_are_read_over()
    {
        var result = JobResult.Parse("""{"status":"paused","startTime":1,"opStates":[],"tomorrow":{"a":[1]}}"""u8);

        result.Status.Name.ShouldBe("paused");
    }

    [Fact]
    public void Errors_of_the_whole_job_are_kept_whatever_their_shape()
    {
        const string json = """{"status":"init error","startTime":1,"endTime":2,"errors":["plan",{"code":1},null],"opStates":[],"secrets":{}}""";

        Encoding.UTF8.GetString(JobResult.Parse(Encoding.UTF8.GetBytes(json)).ToUtf8Bytes()).ShouldBe(
            """{"status":"init error","startTime":1,"endTime":2,"errors":["plan",{"code":1},null],"opStates":[],"secrets":{}}""");
    }

    [Fact]
    public void A_line_written_at_a_time_carries_it_in_universal_time()
    {
        var line = ResultLog.At(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2)), LogSource.StdErr, "x");

        line.Timestamp.ShouldBe("2026-01-02T01:04:05.6780000Z");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"status":"success","startTime":1}""")]
    [InlineData("""{"status":1,"startTime":1,"opStates":[]}""")]
    [InlineData("""{"status":"success","startTime":"now","opStates":[]}""")]
    [InlineData("""{"status":"success","startTime":1e300,"opStates":[]}""")]
    [InlineData("""{"status":"success","startTime":1,"opStates":null}""")]
    [InlineData("""{"status":"success","startTime":1,"opStates":[null]}""")]
    [InlineData("""{"status":"success","startTime":1,"opStates":[],"secrets":[]}""")]
    [InlineData("""{"status":"success","startTime":1,"opStates":[{"operationId":"a","status":"success","logs":[{"type":"radio","log":"x"}]}]}""")]
    [InlineData("""{"status":"success","startTime":1,"opStates":[{"operationId":"a","status":"success","logs":[{"type":"stdout","log":"\ud800"}]}]}""")]
    [InlineData("""{"status":"success","startTime":1,"opStates":[{"operationId":"a","status":"success","results":{"x":[1]}}]}""")]
    public void A_document_of_another_shape_is_refused_in_a_sentence(string json)
    {
        JobResult.TryParse(Encoding.UTF8.GetBytes(json), out var result, out var refusal).ShouldBeFalse();

        result.ShouldBeNull();
        refusal.ShouldStartWith("The document is not a job result: ");
        Should.Throw<FormatException>(() => JobResult.Parse(Encoding.UTF8.GetBytes(json))).Message.ShouldBe(refusal);
    }

    [Fact]
    public void A_document_that_is_too_large_is_refused_unread()
    {
        JobResult.TryParse(new byte[JobResult.MaxBytes + 1], out _, out var refusal).ShouldBeFalse();

        refusal.ShouldBe("A job result has at most 67108864 bytes; this document has 67108865.");
    }
}
