using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>The official client drives the life of a deployment of every strategy, by API key and by wallet.</summary>
public sealed class OfficialDeploymentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly string[] Strategies = ["SIMPLE", "SIMPLE-EXTEND", "SCHEDULED", "INFINITE"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_official_client_drives_the_life_of_every_strategy(bool byWallet)
    {
        await using var network = await LiveNetwork.StartAsync(engine: null, withNode: true);
        await network.Client.Markets.CreateAsync(new MarketSettings { Slug = "idle", RewardPerHour = Credits.FromUsd(0.01m) }, TestContext.Current.CancellationToken);
        var calls = await RunAsync(network, byWallet ? await OpenWalletAsync(network) : LiveNetwork.ApiKey);
        foreach (var strategy in Strategies)
            Check(strategy, calls);

        var numbers = Enumerable.Range(1, 23).Select(i => $"{i}").ToList();
        Pages(calls, "deployments").ShouldBe(numbers.Select(i => $"page {i}"));
        Pages(calls, "revisions").ShouldBe(Enumerable.Reverse(numbers));
        Pages(calls, "tasks").ShouldBe(numbers);
        Pages(calls, "jobs").Distinct().Count().ShouldBe(numbers.Count);
        Pages(calls, "events").Distinct().Count().ShouldBe(numbers.Count);
        Value(calls, "a market that there is not").GetProperty("type").GetString().ShouldBe("JOB_LIST_ERROR");
        Error(calls, "a schedule that never comes").GetProperty("statusCode").GetInt32().ShouldBe(400);
        if (byWallet)
            Value(calls, "vaults.list")[0].GetProperty("address").GetString().ShouldBe(Value(calls, "vaults.create").GetProperty("address").GetString());
    }

    /// <summary>What the pages of a list held, first to last, which has to be the same on the way back.</summary>
    private static List<string> Pages(Dictionary<string, JsonElement> calls, string what)
    {
        var pages = Value(calls, $"pages of {what}");
        List<string> Items(string way, int page) => [.. pages.GetProperty(way)[page].EnumerateArray().Select(n => n.ToString())];
        Items("back", 0).ShouldBe(Items("forth", 1), what);
        Items("back", 1).ShouldBe(Items("forth", 0), what);
        pages.GetProperty("ends").EnumerateArray().ShouldAllBe(e => e.ValueKind == JsonValueKind.Null);
        List<string> all = [.. Items("forth", 0), .. Items("forth", 1), .. Items("forth", 2)];
        pages.GetProperty("total").GetInt32().ShouldBe(all.Count, what);
        return all;
    }

    private static void Check(string strategy, Dictionary<string, JsonElement> calls)
    {
        JsonElement Of(string call) => Value(calls, $"{strategy} {call}");
        Of("create").GetProperty("status").GetString().ShouldBe("DRAFT");
        Of("create").GetProperty("strategy").GetString().ShouldBe(strategy);
        Of("start").GetProperty("status").GetString().ShouldBe("STARTING");
        Error(calls, $"{strategy} start again").GetProperty("message").GetString()!.ShouldContain("already running");
        Of("updateReplicaCount").GetProperty("replicas").GetInt32().ShouldBe(2);
        Of("updateTimeout").GetProperty("timeout").GetInt32().ShouldBe(120);
        Of("createRevision").GetProperty("active").GetInt32().ShouldBe(2);
        Of("createRevision").GetProperty("endpoints")[0].GetProperty("url").GetString().ShouldBe(Of("create").GetProperty("endpoints")[0].GetProperty("url").GetString());
        Of("updateActiveRevision").GetProperty("active").GetInt32().ShouldBe(1);
        Of("createRevision again").GetProperty("active").GetInt32().ShouldBe(3);
        Of("getRevisions").GetProperty("revisions").EnumerateArray().Select(r => r.GetProperty("revision").GetInt32()).ShouldBe([1, 2, 3]);
        Of("generateAuthHeader").GetString()!.ShouldStartWith("DEPLOYMENT_HEADER:");
        Of("stop").GetProperty("status").GetString().ShouldBe("STOPPING");
        Of("stopped").GetProperty("active_jobs").GetInt32().ShouldBe(0);
        if (strategy == "SCHEDULED")
        {
            Of("updateSchedule").GetProperty("schedule").GetString().ShouldBe("30 7 * * TUE");
            Of("getTasks").GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("task").GetString()).ShouldContain("LIST");
        }
        else
        {
            Error(calls, $"{strategy} updateSchedule").GetProperty("statusCode").GetInt32().ShouldBe(400);
            Of("getJobs").GetProperty("total_items").GetInt32().ShouldBeGreaterThan(0);
            Of("getJob").GetProperty("jobDefinition").GetProperty("deployment_id").GetString().ShouldBe(Of("create").GetProperty("id").GetString());
            Of("getEvents").GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString()).ShouldContain("JOB_LIST_CONFIRMED");
        }

        if (strategy is "SIMPLE" or "SCHEDULED")
            Of("archive").GetProperty("status").GetString().ShouldBe("ARCHIVED");
        else
            Of("delete").GetInt32().ShouldBe(0);
    }

    /// <summary>Opens an account for a new wallet, with credits, and gives the wallet's seed.</summary>
    private static async Task<string> OpenWalletAsync(LiveNetwork network)
    {
        var seed = new byte[32];
        System.Security.Cryptography.RandomNumberGenerator.Fill(seed);
        using var key = KeyPair.FromSeed(seed);
        var address = new AccountAddress(key.Address);
        using var http = new HttpClient { BaseAddress = new Uri(network.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", LiveNetwork.ApiKey);
        var made = await http.PostAsJsonAsync("/api/api-keys", new { newAccount = "a wallet", account = address.ToString() }, TestContext.Current.CancellationToken);
        made.EnsureSuccessStatusCode();
        await network.Client.Credits.GrantAsync(Credits.FromUsd(50), address, TestContext.Current.CancellationToken);
        return Convert.ToHexStringLower(seed);
    }

    private static async Task<Dictionary<string, JsonElement>> RunAsync(LiveNetwork network, string credential)
    {
        var calls = new Dictionary<string, JsonElement>();
        var script = Path.Combine(Repository.Root, "tests", "Nosnet.EndToEnd", "OfficialClient", "deployments.mjs");
        using var node = Process.Start(new ProcessStartInfo("node", [script, network.Url, credential]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var limit = new CancellationTokenSource(Patience);
        while (await node.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            var call = JsonElement.Parse(line);
            calls[call.GetProperty("call").GetString()!] = call;
        }

        await node.WaitForExitAsync(limit.Token);
        node.ExitCode.ShouldBe(0, await errors + network.Server.Output);
        return calls;
    }

    private static JsonElement Value(Dictionary<string, JsonElement> calls, string call) =>
        calls[call].GetProperty("ok").GetBoolean() ? calls[call].GetProperty("value") : throw new InvalidOperationException($"{call} was refused: {calls[call]}");

    private static JsonElement Error(Dictionary<string, JsonElement> calls, string call) =>
        calls[call].GetProperty("ok").GetBoolean() ? throw new InvalidOperationException($"{call} was not refused: {calls[call]}") : calls[call].GetProperty("error");
}
