using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

/// <summary>The samples of docs/sdk.md, line by line, so that the compiler reads them; see <see cref="GuideTests"/>.</summary>
internal static class GuideSamples
{
    public static NosanaClient Connect()
    {
        var client = new NosanaClient(new() { ApiKey = "nos_…", Network = new Uri("http://127.0.0.1:8080") });
        return client;
    }

    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddNosanaClient();
        services.Configure<NosanaClientOptions>(configuration.GetSection("Nosana"));
    }

    public static async Task<PostedJob> PostAsync(NosanaClient client, CancellationToken cancellation)
    {
        var definition = new JobDefinition
        {
            Ops = [new ContainerRun("hello") { Image = "busybox", Cmd = "echo hello $NAME", Env = new() { ["NAME"] = "you" } }],
        };
        var job = await client.Jobs.PostAsync(definition, "default", TimeSpan.FromMinutes(5), cancellationToken: cancellation);
        return job;
    }

    public static async Task FollowAsync(JobHandle job, CancellationToken cancellation)
    {
        await foreach (var update in job.FollowAsync(cancellationToken: cancellation))
            Console.WriteLine(update switch
            {
                JobMoved moved => $"{moved.Progress.Status}, number {moved.Progress.Queue?.Position} in the queue",
                JobLogged logged => logged.Entry.Message,
                JobEnded ended => $"{ended.Job.Status} ({ended.Job.EndReason}), cost {ended.Job.Cost}",
                _ => "",
            });
    }

    public static async Task<PostedJob> PostOnceAsync(NosanaClient client, JobDefinition definition, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await client.Jobs.PostAsync(definition, "default", idempotencyKey: "order-17", cancellationToken: cancellation);
            }
            catch (NosanaException e) when (attempt < 5 && e is NosanaConnectionException or NosanaUnavailableException)
            {
                await Task.Delay(e.RetryAfter ?? TimeSpan.FromSeconds(10), TimeProvider.System, cancellation);
            }
        }
    }

    public static async Task BatchAsync(NosanaClient client, Cid cid)
    {
        var jobs = Enumerable.Range(0, 100).Select(_ => new PostJob(cid, "default") { Timeout = TimeSpan.FromMinutes(5) }).ToList();
        foreach (var item in await client.Jobs.PostManyAsync(jobs, idempotencyKey: "night-run-3"))
            Console.WriteLine(item.Status == BatchStatus.Confirmed ? $"{item.Index}: {item.Job}" : $"{item.Index}: {item.Refusal?.Message}");
    }

    public static async Task DeployAsync(NosanaClient client, JobDefinition definition)
    {
        var wanted = new CreateDeployment("web", "default", definition) { Strategy = DeploymentStrategy.Infinite, Replicas = 2, Autostart = true };
        var deployment = await client.Deployments.CreateAsync(wanted);
        await client.Deployments.Handle(deployment.Address).ScaleAsync(3);
    }

    public static async Task EventsAsync(NosanaClient client, string? lastId, CancellationToken cancellation)
    {
        await foreach (var happened in client.Events.StreamAsync(after: lastId, cancellationToken: cancellation))
        {
            if (happened.Type == AccountEvents.JobEnded)
                Console.WriteLine($"{happened.Job} {happened.Status} {happened.Reason}");
            lastId = happened.Id;
        }
    }

    public static async Task<IResult> ReceiveAsync(HttpRequest request, string secret)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var (headers, bytes) = (request.Headers, body.ToArray());
        if (!WebhookSignature.IsValid(
            secret, headers[WebhookSignature.IdHeader], headers[WebhookSignature.TimestampHeader], headers[WebhookSignature.SignatureHeader],
            bytes, TimeProvider.System.GetUtcNow()))
            return Results.Unauthorized();
        var payload = WebhookPayload.Parse(bytes);
        Console.WriteLine($"{payload.Type}: {payload.Data.Job}");
        return Results.NoContent();
    }

    public static async Task ReceiptAsync(NosanaClient client, PostedJob job, AccountAddress networkKey)
    {
        var receipt = await client.Receipts.GetAsync(job.Tx);
        if (!receipt.Verify(networkKey, out var fault))
            throw new InvalidOperationException(fault);
    }

    public static NosanaClient Fake()
    {
        var services = new ServiceCollection();
        services.AddNosanaClient(o => (o.Network, o.ApiKey) = (new Uri("http://network.test"), "nos_test"))
            .ConfigurePrimaryHttpMessageHandler(() => new FakeNetwork());
        var client = services.BuildServiceProvider().GetRequiredService<NosanaClient>();
        return client;
    }

    internal sealed class FakeNetwork : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(request.RequestUri!.AbsolutePath switch
            {
                "/api/credits/balance" => new HttpResponseMessage
                {
                    Content = new StringContent("""{"assignedCredits":10,"reservedCredits":1,"settledCredits":2}"""),
                },
                _ => new HttpResponseMessage(HttpStatusCode.NotFound),
            });
    }
}
