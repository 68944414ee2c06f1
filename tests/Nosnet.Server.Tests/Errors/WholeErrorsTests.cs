using CsCheck;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>Whatever is asked of whichever route: an answer that is no success says what was wrong.</summary>
public sealed class WholeErrorsTests
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"];
    private static readonly string[] Bodies = ["", "{}", "[]", "null", "{", "\"x\"", """{"node":null}""", """{"challenge":"a:b:c:d","node":"9HnJacS25TnErsKMYJmKqWeCAMYuwY7gzhz9Eqhp5VE7","signature":"x","name":""}"""];
    private static readonly string[] Values = ["1", "x", "%7Baddress%7D", "a%2Fb%20c", "jobAddress,XYZ", "default", "9HnJacS25TnErsKMYJmKqWeCAMYuwY7gzhz9Eqhp5VE7", "%F0%9F%92%A5", "..", new string('9', 300)];

    [Fact]
    public async Task Every_answer_that_is_no_success_is_a_whole_error()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        var (user, _) = await network.NewAccountAsync();
        string[] keys = ["", TestNetwork.OperatorKey, user, "nos_this_is_nobodys_key", node.Token, "eyJhbGciOiJIUzI1NiJ9.e30.x"];
        var paths = network.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(e => e.RoutePattern.RawText!).Append("/nothing/here").Distinct().ToArray();

        await Gen.Select(Any(Methods), Any(paths), Any(Values), Any(Bodies), Any(keys), Gen.Bool).SampleAsync(async (method, path, value, body, key, underApi) =>
        {
            var url = (underApi ? "/api" : "") + System.Text.RegularExpressions.Regex.Replace(path, @"\{\w+\}", value.Replace("$", "$$", StringComparison.Ordinal));
            // A body that comes with these methods is read like any other, or not at all.
            if (await network.RefusalAsync(new HttpMethod(method), url, body.Length == 0 ? null : body, key) is not { } answer)
                return;
            var code = ErrorCode.Find(answer.Code);
            code.ShouldNotBeNull($"{method} {url}");
            code.ShouldNotBe(ErrorCode.Internal, $"{method} {url} {body}: {answer.Text}");
            answer.ShouldRefuse((System.Net.HttpStatusCode)code.Status, code);
        }, iter: 1_500, threads: 2);
    }

    private static Gen<string> Any(string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Fact]
    public async Task Every_route_says_who_may_call_it()
    {
        await using var network = await TestNetwork.StartAsync();
        var silent = network.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<AccessRule>() is null);
        silent.Select(e => e.RoutePattern.RawText).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failure_of_the_server_tells_its_id_and_nothing_of_the_inside()
    {
        await using var network = await TestNetwork.StartAsync();
        // A store that is gone is the plainest failure there is.
        network.Server.Services.GetRequiredService<Nosnet.Engine.IContentStore>().Dispose();
        var answer = (await network.GetAsync($"/ipfs/{UnixFsImporter.CidOf("x"u8)}")).ShouldRefuse(System.Net.HttpStatusCode.InternalServerError, ErrorCode.Internal);
        answer.Error.ShouldContain(answer.Json.GetProperty("traceId").GetString()!);
        answer.Text.ShouldNotContain("Disposed");
        answer.Text.ShouldNotContain("Sqlite");
    }

    [Fact]
    public async Task A_store_that_does_not_answer_makes_the_server_unready()
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.GetAsync("/health/ready", key: "")).ShouldSucceed();
        network.Server.Services.GetRequiredService<Nosnet.Engine.IContentStore>().Dispose();
        var answer = (await network.GetAsync("/health/ready", key: "")).ShouldRefuse(System.Net.HttpStatusCode.ServiceUnavailable, ErrorCode.Unavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await network.GetAsync("/health/live", key: "")).ShouldSucceed();
    }

    [Fact]
    public async Task A_method_that_a_route_does_not_take_names_those_it_takes()
    {
        await using var network = await TestNetwork.StartAsync();
        var answer = (await network.SendAsync(HttpMethod.Put, "/api/credits/balance")).ShouldRefuse(System.Net.HttpStatusCode.MethodNotAllowed, ErrorCode.MethodNotAllowed);
        answer.Error.ShouldContain("GET");
        answer.ContentHeaders.Allow.ShouldContain("GET");
    }

    [Fact]
    public async Task A_refused_delete_has_a_body()
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.SendAsync(HttpMethod.Delete, "/api/markets/nowhere")).ShouldRefuse(System.Net.HttpStatusCode.NotFound, ErrorCode.MarketNotFound);
    }
}
