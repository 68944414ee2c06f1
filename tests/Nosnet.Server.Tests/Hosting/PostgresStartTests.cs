using System.Net;
using Nosnet.Protocol;
using Nosnet.Storage.Tests;

namespace Nosnet.Server.Tests;

public sealed class PostgresStartTests(PostgresCluster cluster) : IDisposable
{
    private readonly string _directory = TestNetwork.NewDirectory();

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_network_in_PostgreSQL_is_the_same_when_its_server_starts_again()
    {
        var store = await cluster.NewDatabaseAsync();
        string job, before;
        await using (var network = await TestNetwork.StartAsync(o => o with { Store = store }, directory: _directory))
        {
            job = await network.PostJobAsync();
            before = (await network.GetAsync($"/api/jobs/{job}")).ShouldSucceed().Json.GetProperty("ipfsJob").GetString()!;
        }

        await using var again = await TestNetwork.StartAsync(o => o with { Store = store }, directory: _directory);
        (await again.GetAsync($"/api/jobs/{job}")).ShouldSucceed().Json.GetProperty("ipfsJob").GetString().ShouldBe(before);
        (await again.GetAsync($"/ipfs/{before}")).ShouldSucceed();
        File.Exists(Path.Combine(_directory, "network.db")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_needs_the_secret_of_the_network_in_its_database()
    {
        var store = await cluster.NewDatabaseAsync();
        await using (await TestNetwork.StartAsync(o => o with { Store = store }, directory: _directory))
        {
        }

        var secret = Convert.ToHexString(await File.ReadAllBytesAsync(Path.Combine(_directory, "network.key"), TestNetwork.Cancellation));
        (await Should.ThrowAsync<ServerSetupException>(() => TestNetwork.StartAsync(o => o with { Store = store }))).Message.ShouldContain("copy network.key");
        (await Should.ThrowAsync<ServerSetupException>(() => TestNetwork.StartAsync(o => o with { Store = store, Secret = new string('0', 64) }))).Message.ShouldContain("is not the one");
        (await Should.ThrowAsync<ServerSetupException>(() => TestNetwork.StartAsync(o => o with { Store = store, Secret = "abc" }))).Message.ShouldContain("64 hexadecimal digits");
        await using var again = await TestNetwork.StartAsync(o => o with { Store = store, Secret = secret });
        (await again.AvailableAsync()).ShouldBe(100);
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_told_in_a_sentence() =>
        (await Should.ThrowAsync<ServerSetupException>(() => TestNetwork.StartAsync(o => o with { Store = "Host=/nowhere;Database=x" }, directory: _directory)))
            .Message.ShouldContain("cannot be opened");

    [Fact]
    public async Task While_the_database_is_away_requests_are_answered_503_and_when_they_may_come_again()
    {
        await using var own = new PostgresCluster();
        var store = await own.NewDatabaseAsync();
        await using var network = await TestNetwork.StartAsync(o => o with { Store = store }, directory: _directory);
        await network.AvailableAsync();

        await own.StopAsync();
        var answer = (await network.GetAsync("/api/credits/balance")).ShouldRefuse(HttpStatusCode.ServiceUnavailable, ErrorCode.Unavailable);
        // The host names of nodes and services are looked up before anything else.
        for (var again = 0; again < 2; again++)
            (await network.SendAsync(HttpMethod.Get, "/", key: "", with: r => r.Headers.Host = new string('1', 44) + ".localhost")).ShouldRefuse(HttpStatusCode.ServiceUnavailable, ErrorCode.Unavailable);
        await own.StartAsync();

        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
        (await network.AvailableAsync()).ShouldBe(100);
    }
}
