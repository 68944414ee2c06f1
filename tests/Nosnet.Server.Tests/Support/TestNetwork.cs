using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>A server on a real port over a real store in a directory of its own.</summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    public const string OperatorKey = "nos_operators_key_of_the_tests";
    public const string Hello = """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"hello","args":{"image":"busybox","cmd":["echo","hi"]}}]}""";

    private static readonly SocketsHttpHandler Sockets = new() { AllowAutoRedirect = false };

    private readonly bool _ownsDirectory;

    private TestNetwork(NosnetServer server, string directory, bool ownsDirectory, FakeTimeProvider? time)
    {
        (Server, Directory, _ownsDirectory, Time) = (server, directory, ownsDirectory, time);
        Http = new HttpClient(Sockets, disposeHandler: false) { BaseAddress = new Uri(server.Url + "/") };
    }

    public NosnetServer Server { get; }
    public string Directory { get; }
    public FakeTimeProvider? Time { get; }
    public HttpClient Http { get; }
    public NetworkEngine Engine => Server.Services.GetRequiredService<NetworkEngine>();

    public static string NewDirectory() => System.IO.Path.Combine(System.IO.Path.GetTempPath(), "nosnet-server-tests-" + Guid.NewGuid().ToString("N"));

    public static async Task<TestNetwork> StartAsync(Func<ServerOptions, ServerOptions>? with = null, FakeTimeProvider? time = null, string? directory = null)
    {
        var path = directory ?? NewDirectory();
        var options = new ServerOptions
        {
            DataDirectory = path,
            Urls = ["http://127.0.0.1:0"],
            OperatorKey = OperatorKey,
            Time = time ?? TimeProvider.System,
        };
        var server = await NosnetServer.StartAsync(with is null ? options : with(options), Cancellation);
        return new TestNetwork(server, path, directory is null, time);
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        if (_ownsDirectory)
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Sends a request as the operator, unless another key (or none, with "") is given.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null, string? key = OperatorKey, Action<HttpRequestMessage>? with = null)
    {
        using var response = await BeginAsync(method, path, body, key, with);
        return await ReadAsync(response);
    }

    /// <summary>The same where only a refusal counts; null for a success, which may be a stream without an end.</summary>
    public async Task<Answer?> RefusalAsync(HttpMethod method, string path, object? body, string? key)
    {
        using var response = await BeginAsync(method, path, body, key, with: null);
        return response.IsSuccessStatusCode ? null : await ReadAsync(response);
    }

    private async Task<HttpResponseMessage> BeginAsync(HttpMethod method, string path, object? body, string? key, Action<HttpRequestMessage>? with)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server.Url + path));
        if (!string.IsNullOrEmpty(key))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string text => new StringContent(text, Encoding.UTF8, "application/json"),
            _ => new StringContent(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json"),
        };
        with?.Invoke(request);
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    private static async Task<Answer> ReadAsync(HttpResponseMessage response) =>
        new(response.StatusCode, await response.Content.ReadAsByteArrayAsync(Cancellation), response.Headers, response.Content.Headers);

    public Task<Answer> GetAsync(string path, string? key = OperatorKey) => SendAsync(HttpMethod.Get, path, key: key);

    public Task<Answer> PostAsync(string path, object? body = null, string? key = OperatorKey) => SendAsync(HttpMethod.Post, path, body, key);

    public async Task<string> PinAsync(string json, string? key = OperatorKey) => (await PostAsync("/pinning/pinJSONToIPFS", json, key)).Json.GetProperty("IpfsHash").GetString()!;

    /// <summary>Posts a job of the definition, with further fields, and returns its address.</summary>
    public async Task<string> PostJobAsync(string definition = Hello, long timeout = 600, string? key = OperatorKey)
    {
        var answer = await PostAsync("/api/jobs/list", new { ipfsHash = await PinAsync(definition, key), market = Genesis.FirstMarket.ToString(), timeout }, key);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer.Json.GetProperty("job").GetString()!;
    }

    public async Task<decimal> AvailableAsync(string? key = OperatorKey) => (await GetAsync("/api/credits/balance", key)).Json.GetProperty("availableCredits").GetDecimal();

    public async Task<string> BalanceAsync(string? key = OperatorKey) => (await GetAsync("/api/credits/balance", key)).Text;

    /// <summary>A key of a new account.</summary>
    public async Task<(string Key, string Account)> NewAccountAsync(decimal credits = 0, string name = "somebody")
    {
        var made = (await PostAsync("/api/api-keys", new { newAccount = name })).Json;
        var account = made.GetProperty("account").GetString()!;
        if (credits > 0)
            (await PostAsync("/api/credits/grant", new { account, amount = credits })).Status.ShouldBe(HttpStatusCode.OK);
        return (made.GetProperty("key").GetString()!, account);
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(HttpStatusCode Status, byte[] Bytes, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public string Text => Encoding.UTF8.GetString(Bytes);
    public JsonElement Json => JsonElement.Parse(Bytes);
    public string Code => Json.GetProperty("code").GetString()!;
    public string Error => Json.GetProperty("error").GetString()!;

    public override string ToString() => $"{(int)Status} {Text}";

    /// <summary>Has to be a whole error of this status and code.</summary>
    public Answer ShouldRefuse(HttpStatusCode status, ErrorCode code)
    {
        Status.ShouldBe(status, Text);
        Bytes.Length.ShouldBeGreaterThan(0, "an error has a body");
        ContentHeaders.ContentType?.MediaType.ShouldBe("application/json");
        Json.GetProperty("error").GetString().ShouldNotBeNullOrWhiteSpace();
        Json.GetProperty("message").GetString().ShouldBe(Error);
        Json.GetProperty("statusCode").GetInt32().ShouldBe((int)status);
        Code.ShouldBe(code.Code);
        Json.GetProperty("title").GetString().ShouldBe(code.Title);
        Json.GetProperty("type").GetString().ShouldNotBeNullOrWhiteSpace();
        Json.GetProperty("traceId").GetString().ShouldNotBeNullOrWhiteSpace();
        return this;
    }

    public Answer ShouldSucceed()
    {
        ((int)Status).ShouldBeInRange(200, 299, Text);
        return this;
    }
}
