using System.Text;
using Microsoft.AspNetCore.Http;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

/// <summary>What a store says can be anything; whatever it is, it is the resource that fails and never the node.</summary>
public sealed class HostileStoreTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listing_whose_pages_hold_nothing_and_never_end_is_given_up()
    {
        await using var store = await HostileStore.NewAsync((_, number) => Page(number, ("elsewhere", 1)));
        (await RefusalAsync(store, "models")).ShouldContain("has not come to its end after 200 pages");
        store.Requests.Count.ShouldBe(200);
    }

    [Fact]
    public async Task All_the_files_of_a_place_share_the_pages_that_it_may_take()
    {
        await using var store = await HostileStore.NewAsync((context, number) => Page(
            number % 150 == 0 ? null : number, (context.Request.Query["prefix"].ToString(), 1)));
        (await RefusalAsync(store, "models", "one", "two", "three")).ShouldContain("has not come to its end");
        store.Requests.Count.ShouldBeLessThan(300);
    }

    [Fact]
    public async Task The_pages_of_a_repository_come_to_an_end_too()
    {
        await using var store = await HostileStore.NewAsync((context, number) =>
        {
            if (context.Request.Path.Value!.Contains("/revision/", StringComparison.Ordinal))
                return Results.Content($$"""{"sha":"{{TestHub.Commit}}"}""");
            context.Response.Headers.Link = $"<{context.Request.Path}?cursor={number}>; rel=\"next\"";
            return Results.Content("[]");
        });
        (await HuggingFaceRefusalAsync(store)).ShouldContain("has not come to its end after 200 pages");
    }

    [Fact]
    public async Task Files_too_large_to_be_added_up_are_too_large()
    {
        await using var store = await HostileStore.NewAsync((_, _) => Page(null, ("models/a", 9_000_000_000_000_000_000), ("models/b", 9_000_000_000_000_000_000)));
        (await RefusalAsync(store, "models")).ShouldContain("this node keeps no more than");
    }

    [Theory]
    [InlineData("//")]
    [InlineData("ftp://127.0.0.1/x")]
    public async Task A_redirect_to_what_is_no_address_fails_the_resource(string location)
    {
        await using var store = await HostileStore.NewAsync((context, _) =>
        {
            context.Response.Headers.Location = location;
            return Results.StatusCode(302);
        });
        (await RefusalAsync(store, "models")).ShouldContain("was sent on to");
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/next")]
    [InlineData("mailto:someone@example.com")]
    public async Task A_next_page_that_cannot_be_asked_for_fails_the_resource(string next)
    {
        await using var store = await HostileStore.NewAsync((context, _) =>
        {
            if (context.Request.Path.Value!.Contains("/revision/", StringComparison.Ordinal))
                return Results.Content($$"""{"sha":"{{TestHub.Commit}}"}""");
            context.Response.Headers.Link = $"<{next}>; rel=\"next\"";
            return Results.Content("[]");
        });
        (await HuggingFaceRefusalAsync(store)).ShouldContain(next.Split(':')[0]);
    }

    [Theory]
    [InlineData("""{"sha":1}""", "[]")]
    [InlineData("""{"sha":"\ud800"}""", "[]")]
    [InlineData("", """[{"type":"file","path":"a","size":-1,"oid":"0"}]""")]
    public async Task A_hub_that_answers_nonsense_fails_the_resource(string revision, string tree)
    {
        await using var store = await HostileStore.NewAsync((context, _) => Results.Content(
            !context.Request.Path.Value!.Contains("/revision/", StringComparison.Ordinal) ? tree : revision.Length > 0 ? revision : $$"""{"sha":"{{TestHub.Commit}}"}"""));
        (await HuggingFaceRefusalAsync(store)).ShouldContain("does not answer like a Hugging Face hub");
    }

    [Fact]
    public async Task A_token_that_cannot_stand_in_a_header_is_refused_and_not_repeated()
    {
        await using var store = await HostileStore.NewAsync((_, _) => Results.NotFound());
        var refusal = await HuggingFaceRefusalAsync(store, "hf_one\nhf_two");
        refusal.ShouldContain("Check the credentials");
        refusal.ShouldNotContain("hf_");
        store.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_with_a_line_break_is_refused_and_sends_no_header_of_its_own()
    {
        await using var store = await HostileStore.NewAsync((_, _) => Results.NotFound());
        using var http = store.NewHttp();
        var source = new S3Source(http, TimeProvider.System, $"{store.Url}models", null, [], new S3Credentials("", "key\r\nX-Other: one", "secret"));
        (await RefusalAsync(http, source)).ShouldContain("Check the credentials");
        store.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_version_with_a_line_break_is_never_sent_back()
    {
        await using var store = await HostileStore.NewAsync((_, _) => Results.Text(
            "<ListBucketResult><Contents><Key>models/a</Key><Size>1</Size><ETag>one&#13;&#10;X-Other: one</ETag></Contents></ListBucketResult>"));
        (await RefusalAsync(store, "models")).ShouldContain("what the store calls a version of it");
        store.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_is_named_twice_comes_once()
    {
        await using var store = await HostileStore.NewAsync((context, _) => context.Request.Query.ContainsKey("list-type") ? Results.StatusCode(403) : Results.Bytes("x"u8.ToArray()));
        (await ListAsync(store, "models", "a", "a/")).Select(file => file.Path.ToString()).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_file_that_names_nothing_is_the_place_itself()
    {
        await using var store = await HostileStore.NewAsync((context, _) => context.Request.Query.ContainsKey("list-type") ? Results.StatusCode(403) : Results.Bytes("x"u8.ToArray()));
        (await ListAsync(store, "models/a", "/")).Select(file => file.Path.ToString()).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_listing_nested_without_end_is_none()
    {
        const int depth = 100_000;
        var nested = string.Concat(Enumerable.Repeat("<a>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth));
        await using var store = await HostileStore.NewAsync((context, _) => context.Request.Query.ContainsKey("list-type")
            ? Results.Text($"<ListBucketResult><Contents><Key>{nested}</Key><Size>1</Size></Contents></ListBucketResult>")
            : Results.NotFound());
        (await RefusalAsync(store, "models")).ShouldContain("has nothing named");
    }

    [Fact]
    public async Task A_redirect_of_what_is_delivered_is_refused_and_names_where_it_points()
    {
        HostileStore? store = null;
        await using var _ = store = await HostileStore.NewAsync((context, _) =>
            context.Request.Path == "/result" ? Results.Redirect($"{store!.Other}moved?signature=secret", permanent: false, preserveMethod: true) : Results.Ok());
        using var http = store.NewHttp();
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(store.Url, "result")) { Content = new StringContent("the result") };
        var refusal = (await Should.ThrowAsync<ResourceException>(() => http.SendAsync("The job's result", request, Cancelled))).Message;
        refusal.ShouldBe($"The job's result was sent on to {store.Other}moved, and what is delivered is not sent on. Name that address itself.");
        store.Requests.ShouldBe(["POST /result"]);
    }

    private static IResult Page(int? next, params (string Key, long Size)[] objects) => Results.Text(
        $"<ListBucketResult>{(next is null ? "" : $"<IsTruncated>true</IsTruncated><NextContinuationToken>{next}</NextContinuationToken>")}"
        + string.Concat(objects.Select(item => FormattableString.Invariant($"<Contents><Key>{item.Key}</Key><Size>{item.Size}</Size></Contents>")))
        + "</ListBucketResult>",
        "application/xml",
        Encoding.UTF8);

    private static async Task<IReadOnlyList<RemoteFile>> ListAsync(HostileStore store, string place, params string[] files)
    {
        using var http = store.NewHttp();
        return await new S3Source(http, TimeProvider.System, $"{store.Url}{place}", null, files, null).ListAsync(Cancelled);
    }

    private static async Task<string> RefusalAsync(HostileStore store, string place, params string[] files)
    {
        using var http = store.NewHttp();
        return await RefusalAsync(http, new S3Source(http, TimeProvider.System, $"{store.Url}{place}", null, files, null));
    }

    private static async Task<string> HuggingFaceRefusalAsync(HostileStore store, string? token = null)
    {
        using var http = store.NewHttp();
        return await RefusalAsync(http, new HuggingFaceSource(http, store.Url, new HuggingFaceResource { Repo = "owner/model", Target = "/m", AccessToken = token }));
    }

    private static async Task<string> RefusalAsync(ResourceHttp http, IResourceSource source)
    {
        var directory = Directory.CreateTempSubdirectory("nosnet-cache-").FullName;
        try
        {
            using var cache = new ResourceCache(directory, 1024 * 1024 * 1024, http, _ => Task.FromResult<IReadOnlySet<string>>(new HashSet<string>()), TimeProvider.System);
            return (await Should.ThrowAsync<ResourceException>(() => cache.AcquireAsync(source, new CacheScene.Steps(), Cancelled))).Message;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
