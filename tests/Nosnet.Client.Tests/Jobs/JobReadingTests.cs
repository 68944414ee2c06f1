using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class JobReadingTests
{
    [Theory]
    [InlineData(0, null, JobStatus.Pending)]
    [InlineData(1, null, JobStatus.Running)]
    [InlineData(2, null, JobStatus.Completed)]
    [InlineData(2, "success", JobStatus.Completed)]
    [InlineData(2, "failed", JobStatus.Failed)]
    [InlineData(3, null, JobStatus.Stopped)]
    public void The_official_number_becomes_the_guides_word(int state, string? jobStatus, JobStatus status) =>
        Read(Sample.OfficialJob(state, jobStatus)).Status.ShouldBe(status);

    [Theory]
    [InlineData("\"RUNNING\"", JobStatus.Running)]
    [InlineData("\"queued\"", JobStatus.Pending)]
    [InlineData("\"2\"", JobStatus.Completed)]
    public void The_official_names_are_read_too(string state, JobStatus status) =>
        Read($$"""{"state":{{state}}}""").Status.ShouldBe(status);

    [Theory]
    [InlineData("""{"status":"hibernating","state":1}""", JobStatus.Running)]
    [InlineData("""{"status":"hibernating","state":9}""", null)]
    [InlineData("""{"status":7}""", null)]
    [InlineData("""{"status":"3"}""", null)]
    [InlineData("{}", null)]
    public void A_state_of_a_later_version_does_no_harm(string json, JobStatus? status) => Read(json).Status.ShouldBe(status);

    [Fact]
    public void A_job_of_the_official_service_is_read()
    {
        var job = Read(Sample.OfficialJob(node: "11111111111111111111111111111111"));
        job.Address.ShouldBe(Sample.Job);
        job.Node.ShouldBeNull();
        job.DefinitionCid.ToString().ShouldBe(Sample.Cid);
        job.Timeout.ShouldBe(TimeSpan.FromHours(1));
        job.StartedAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1767225600));
        job.PostedAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1767225500));
        job.EndedAt.ShouldBeNull();
        job.RewardPerHour.ShouldBe(Credits.FromUsd(0.043636364m));
        job.HasEnded.ShouldBeFalse();
    }

    [Fact]
    public void The_price_of_the_official_service_is_in_tokens_and_not_taken_for_dollars() =>
        Read(Sample.OfficialJob()).PricePerHour.ShouldBeNull();

    [Fact]
    public void A_job_of_a_Nosnet_network_is_read()
    {
        var job = Read(Sample.Job1("pending", ""","queue":{"position":3,"length":5,"freeNodes":1},"endReason":"out_of_memory" """));
        job.Status.ShouldBe(JobStatus.Pending);
        job.EndReason.ShouldBe(EndReason.OutOfMemory);
        job.Queue.ShouldBe(new QueuePosition(3, 5, 1));
        job.PricePerHour.ShouldBe(Credits.FromUsd(0.048m));
        job.Cost.ShouldBe(Credits.FromUsd(0.000013334m));
        job.StartedAt.ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 0, 1, 500, TimeSpan.Zero));
        job.Endpoints.ShouldBe([new JobEndpoint { OpId = "web", Port = 8080, Url = "https://x.localhost" }]);
        job.Run.ShouldBe(Sample.Run);
        job.Node.ShouldBe(Sample.Node);
    }

    [Theory]
    [InlineData("""{"timeout":-1,"timeStart":1e300,"price":1e28,"costUsd":"x","endpoints":[{}],"queue":{"position":-1}}""")]
    [InlineData("""{"timeout":"soon","startedAt":"never","ipfsJob":7,"endpoints":{},"node":"\ud800"}""")]
    [InlineData("""{"timeout":1e99,"listedAt":-5,"epoch":1.5,"ipfsResult":"QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51"}""")]
    public void Nonsense_is_read_as_nothing(string json)
    {
        var job = Read(json);
        (job.Timeout, job.StartedAt, job.PostedAt, job.Queue, job.Node, job.DefinitionCid, job.ResultCid, job.Epoch).ShouldBe(default);
        job.Endpoints.ShouldBeEmpty();
    }

    private static Job Read(string json) => JobReading.Job(new WireObject(JsonElement.Parse(json)), Sample.Job)!;
}
