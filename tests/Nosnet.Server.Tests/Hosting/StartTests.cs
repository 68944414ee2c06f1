using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class StartTests : IDisposable
{
    private readonly string _directory = TestNetwork.NewDirectory();

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_new_network_has_the_guides_market_and_a_hundred_credits()
    {
        await using var network = await TestNetwork.StartAsync(directory: _directory);
        (await network.AvailableAsync()).ShouldBe(100);
        (await network.GetAsync("/api/markets/CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ/", key: "")).ShouldSucceed().Json.GetProperty("open").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_key_one_is_made_and_written_for_its_owner_alone()
    {
        await using var network = await TestNetwork.StartAsync(o => o with { OperatorKey = null }, directory: _directory);
        network.Server.OperatorKeyPath.ShouldBe(Path.Combine(_directory, "operator.key"));
        var key = (await File.ReadAllTextAsync(network.Server.OperatorKeyPath, TestNetwork.Cancellation)).Trim();
        (await network.AvailableAsync(key)).ShouldBe(100);
        if (!OperatingSystem.IsWindows())
        {
            foreach (var name in (string[])["operator.key", "network.key", "network.db", "network.db-wal", "content.db"])
                File.GetUnixFileMode(Path.Combine(_directory, name)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(_directory).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("nos_short")]
    [InlineData("nos_with spaces in it, which no header carries")]
    public async Task A_key_that_does_not_look_like_one_is_refused(string key)
    {
        var refusal = await Should.ThrowAsync<ServerSetupException>(() => TestNetwork.StartAsync(o => o with { OperatorKey = key }, directory: _directory));
        refusal.Message.ShouldContain("nos_");
        // Nothing was founded, so that the next try begins anew.
        await using var network = await TestNetwork.StartAsync(directory: _directory);
        (await network.AvailableAsync()).ShouldBe(100);
    }

    [Fact]
    public async Task Two_servers_do_not_share_a_directory()
    {
        await using var network = await TestNetwork.StartAsync(directory: _directory);
        (await Should.ThrowAsync<ServerSetupException>(() => TestNetwork.StartAsync(directory: _directory))).Message.ShouldContain("Another process serves");
    }

    [Fact]
    public async Task Two_servers_of_two_directories_live_side_by_side()
    {
        await using var one = await TestNetwork.StartAsync();
        await using var other = await TestNetwork.StartAsync();
        one.Server.Url.ShouldNotBe(other.Server.Url);
        var job = await one.PostJobAsync();
        (await other.GetAsync($"/api/jobs/{job}")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.JobNotFound);
    }

    [Fact]
    public async Task Addresses_stay_when_the_server_starts_again()
    {
        string job, entry;
        await using (var network = await TestNetwork.StartAsync(directory: _directory))
        {
            job = await network.PostJobAsync();
            entry = (await network.GetAsync($"/api/jobs/{job}/events")).Text;
        }

        await using var again = await TestNetwork.StartAsync(o => o with { OperatorKey = null }, directory: _directory);
        (await again.GetAsync($"/api/jobs/{job}/events")).ShouldSucceed().Text.ShouldBe(entry);
    }

    [Fact]
    public async Task A_network_without_its_secret_does_not_start()
    {
        await using (await TestNetwork.StartAsync(directory: _directory))
        {
        }

        File.Delete(Path.Combine(_directory, "network.key"));
        (await Should.ThrowAsync<ServerSetupException>(() => TestNetwork.StartAsync(directory: _directory))).Message.ShouldContain("network.key is missing");
        File.Exists(Path.Combine(_directory, "network.key")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_network_with_another_networks_secret_does_not_start()
    {
        await using (await TestNetwork.StartAsync(directory: _directory))
        {
        }

        await File.WriteAllBytesAsync(Path.Combine(_directory, "network.key"), new byte[32], TestNetwork.Cancellation);
        (await Should.ThrowAsync<ServerSetupException>(() => TestNetwork.StartAsync(directory: _directory))).Message.ShouldContain("is not the one");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_a_sentence()
    {
        await using var network = await TestNetwork.StartAsync();
        using var told = new Warnings();
        (await Should.ThrowAsync<ServerSetupException>(() => TestNetwork.StartAsync(o => o with { Urls = [network.Server.Url], Logging = l => l.AddProvider(told) }, directory: _directory))).Message.ShouldContain("cannot listen");
        told.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_made_for_a_server_whose_url_is_none()
    {
        await Should.ThrowAsync<ServerSetupException>(() => TestNetwork.StartAsync(o => o with { Urls = ["nonsense"] }, directory: _directory));
        Directory.Exists(_directory).ShouldBeFalse();
    }

    [Theory]
    [InlineData("nonsense", "cannot listen on nonsense")]
    [InlineData("http://127.0.0.1:99999", "cannot listen on http://127.0.0.1:99999")]
    [InlineData("http://192.0.2.1:8080", "cannot listen on http://192.0.2.1:8080")]
    [InlineData("https://127.0.0.1:0", "it speaks http alone")]
    public async Task A_url_that_cannot_be_listened_on_is_told_in_a_sentence(string url, string words) =>
        (await Should.ThrowAsync<ServerSetupException>(() => TestNetwork.StartAsync(o => o with { Urls = [url] }, directory: _directory))).Message.ShouldContain(words);

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_not_taken_for_one_that_is_served()
    {
        await File.WriteAllTextAsync(_directory, "", TestNetwork.Cancellation);
        try
        {
            (await Should.ThrowAsync<ServerSetupException>(() => TestNetwork.StartAsync(directory: _directory))).Message.ShouldContain("cannot be made");
        }
        finally
        {
            File.Delete(_directory);
        }
    }

    /// <summary>What was logged as a warning or worse.</summary>
    private sealed class Warnings : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                All.Enqueue(formatter(state, exception));
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
