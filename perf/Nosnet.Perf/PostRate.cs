using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Client;
using Nosnet.Protocol;
using Nosnet.Server;

namespace Nosnet.Perf;

/// <summary>Jobs posted a second over HTTP, one call each, on disk before each answer, beside an echo of the same bodies.</summary>
internal static class PostRate
{
    private const int Connections = 64;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("nosnet-perf-").FullName;
        await using var server = await NosnetServer.StartAsync(new ServerOptions
        {
            DataDirectory = directory,
            Urls = ["http://127.0.0.1:0"],
            Limits = new ServerLimits { Writes = int.MaxValue, Reads = int.MaxValue },
        });
        using var client = new NosanaClient(new NosanaClientOptions { BaseUrl = new Uri(server.Url), ApiKey = server.OperatorKey });
        await client.Credits.GrantAsync(Credits.FromUsd(1_000_000), null);
        var cid = await client.Ipfs.AddAsync(new JobDefinition { Ops = [new ContainerRun("true") { Image = "busybox", Cmd = ["true"] }] });
        var body = Encoding.UTF8.GetBytes($$"""{"ipfsHash":"{{cid}}","market":"CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ","timeout":60}""");
        await using var echo = await StartEchoAsync();

        var posts = new List<double>();
        var echoes = new List<double>();
        for (var round = 0; round < 4; round++)
        {
            var posted = await RateAsync($"{server.Url}/api/jobs/list", server.OperatorKey!, body);
            var echoed = await RateAsync($"{echo.Urls.First()}/", server.OperatorKey!, body);
            if (round == 0)
                continue; // The first warms up.
            posts.Add(posted);
            echoes.Add(echoed);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"posts/s {Median(posts):F0}, echo/s {Median(echoes):F0}, {Median(posts) / Median(echoes):P0}; {Connections} connections; the load runs in the same process, on {Machine.Describe()}"));
        return 0;
    }

    private static async Task<WebApplication> StartEchoAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(static async context =>
        {
            var buffer = new byte[1024];
            var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
            context.Response.ContentLength = length;
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, length));
        });
        await app.StartAsync();
        return app;
    }

    private static async Task<double> RateAsync(string url, string key, byte[] body)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = Connections };
        using var http = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version11 };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (; Stopwatch.GetElapsedTime(started) < Window; count++)
            {
                using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
                using var answer = await http.PostAsync(url, content);
                if (!answer.IsSuccessStatusCode)
                    throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
                await answer.Content.ReadAsByteArrayAsync();
            }

            return count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
