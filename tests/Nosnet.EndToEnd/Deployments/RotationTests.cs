using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>A web service that is kept for ever, asked through its deployment's URL while its jobs take each other's place.</summary>
[Collection(ServiceTests.Name)]
public sealed class RotationTests(EngineFixture engine)
{
    private const int PerSecond = 200;
    private const long Upload = 1024 * 1024;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_request_fails_while_the_jobs_of_a_service_take_each_others_place()
    {
        await using var network = await DrivenNetwork.StartAsync(engine);
        var deployment = await network.DeployAsync(Definition("before"));
        var url = await DrivenNetwork.OnlineAsync(deployment);
        using var http = new HttpClient(ServiceFixture.HandlerTo(network.Url));
        await using var load = new SteadyLoad(http, url, PerSecond);
        await load.GoesOnAsync(PerSecond);

        Func<Task>[] changes = [() => network.RotateAsync(deployment), () => network.RotateAsync(deployment), () => deployment.CreateRevisionAsync(Definition("after"), Cancelled)];
        foreach (var (before, change) in changes.Index())
        {
            // One of the requests that are under way takes until after its job was told to stop.
            using var content = new PatternContent(Upload) { Until = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
            var uploading = http.PostAsync(new Uri($"{url}/sum"), content, Cancelled);
            await content.Began.WaitAsync(Cancelled);

            await change();
            await DrivenNetwork.StoppedAsync(deployment, before + 1);
            await load.GoesOnAsync(PerSecond);
            content.Until.SetResult();
            using var answer = await uploading;
            (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldBe(await PatternContent.SumAsync(Upload));

            await DrivenNetwork.EndedAsync(deployment, before + 1);
            await load.GoesOnAsync(PerSecond);
        }

        await load.EndAsync();
        load.Failures.ShouldBeEmpty();
        (await deployment.JobsAsync().ToListAsync(Cancelled)).Select(j => (j.Revision, j.EndReason)).ShouldBe(
            [(2, null), (1, EndReason.StoppedByOwner), (1, EndReason.StoppedByOwner), (1, EndReason.StoppedByOwner)]);
    }

    private static JobDefinition Definition(string revision) => new()
    {
        Ops =
        [
            new ContainerRun("service")
            {
                Image = ServiceImage.Name,
                Env = new() { ["REVISION"] = revision },
                Expose = new ExposedPort(8080) { HealthChecks = [new HttpCheck("/health") { Continuous = true }] },
            },
        ],
    };
}
