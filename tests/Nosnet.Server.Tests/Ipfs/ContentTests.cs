using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class ContentTests
{
    [Fact]
    public async Task Pinned_json_is_the_body_as_it_was_sent()
    {
        const string Body = "{ \"b\": 1,\n\t\"a\": [2, 3]}";
        await using var network = await TestNetwork.StartAsync();
        var cid = await network.PinAsync(Body);
        cid.ShouldBe(UnixFsImporter.CidOf(System.Text.Encoding.UTF8.GetBytes(Body)).ToString());
        var file = (await network.GetAsync($"/ipfs/{cid}", key: "")).ShouldSucceed();
        file.Text.ShouldBe(Body);
        file.ContentHeaders.ContentType!.MediaType.ShouldBe("application/json");
    }

    [Fact]
    public async Task Pinata_s_envelope_is_opened()
    {
        await using var network = await TestNetwork.StartAsync();
        var cid = await network.PinAsync("""{"pinataMetadata":{"name":"x"},"pinataContent":{"a":1}}""");
        (await network.GetAsync($"/ipfs/{cid}", key: "")).Text.ShouldBe("""{"a":1}""");
    }

    [Fact]
    public async Task A_file_of_many_blocks_comes_back_whole_and_in_ranges()
    {
        var bytes = new byte[1_500_000];
        new Random(7).NextBytes(bytes);
        await using var network = await TestNetwork.StartAsync();
        var cid = await PinFileAsync(network, bytes);
        cid.ShouldBe(UnixFsImporter.CidOf(bytes).ToString());

        var whole = (await network.GetAsync($"/ipfs/{cid}", key: "")).ShouldSucceed();
        SHA256.HashData(whole.Bytes).ShouldBe(SHA256.HashData(bytes));
        whole.ContentHeaders.ContentType!.MediaType.ShouldBe("application/octet-stream");
        whole.Headers.ETag!.Tag.ShouldBe($"\"{cid}\"");
        whole.Headers.CacheControl!.ToString().ShouldContain("immutable");
        whole.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        whole.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");

        foreach (var (from, to) in ((int, int)[])[(0, 0), (262_143, 262_145), (1_000_000, 1_499_999)])
        {
            var part = await network.SendAsync(HttpMethod.Get, $"/ipfs/{cid}", key: "", with: r => r.Headers.Range = new RangeHeaderValue(from, to));
            part.Status.ShouldBe(HttpStatusCode.PartialContent);
            part.Bytes.ShouldBe(bytes[from..(to + 1)]);
        }

        var head = await network.SendAsync(HttpMethod.Head, $"/ipfs/{cid}", key: "");
        head.ShouldSucceed().Bytes.ShouldBeEmpty();
        head.ContentHeaders.ContentLength.ShouldBe(bytes.Length);
        var cached = await network.SendAsync(HttpMethod.Get, $"/ipfs/{cid}", key: "", with: r => r.Headers.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{cid}\"")));
        cached.Status.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        await using var network = await TestNetwork.StartAsync();
        var cid = await PinFileAsync(network, []);
        cid.ShouldBe("QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH");
        (await network.GetAsync($"/ipfs/{cid}", key: "")).ShouldSucceed().Bytes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_is_served_as_text_and_never_as_a_page()
    {
        await using var network = await TestNetwork.StartAsync();
        var cid = await PinFileAsync(network, "<html><script>alert(1)</script>"u8.ToArray());
        (await network.GetAsync($"/ipfs/{cid}", key: "")).ContentHeaders.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8");
    }

    [Fact]
    public async Task A_file_over_the_limit_is_refused_and_not_pinned()
    {
        await using var network = await TestNetwork.StartAsync(o => o with { Limits = new ServerLimits { PinBytes = 600_000 } });
        using var form = Form(new byte[600_001]);
        (await network.PostAsync("/pinning/pinFileToIPFS", form)).ShouldRefuse(HttpStatusCode.RequestEntityTooLarge, ErrorCode.TooLarge);
        (await network.GetAsync($"/ipfs/{UnixFsImporter.CidOf(new byte[600_001])}", key: "")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.ContentNotFound);
        (await PinFileAsync(network, new byte[600_000])).ShouldBe(UnixFsImporter.CidOf(new byte[600_000]).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ4In0.sig")]
    public async Task Pinning_needs_a_key_of_this_network(string key)
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.PostAsync("/pinning/pinJSONToIPFS", "{}", key)).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
    }

    [Fact]
    public async Task What_is_no_json_is_not_pinned_as_json()
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.PostAsync("/pinning/pinJSONToIPFS", "{\"a\":")).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.MalformedRequest);
        (await network.PostAsync("/pinning/pinJSONToIPFS")).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.MalformedRequest);
    }

    [Fact]
    public async Task A_form_without_the_file_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent("x"), "other" } };
        (await network.PostAsync("/pinning/pinFileToIPFS", form)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.MalformedRequest).Error.ShouldContain("'file'");
        (await network.PostAsync("/pinning/pinFileToIPFS", "{}")).ShouldRefuse(HttpStatusCode.UnsupportedMediaType, ErrorCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task A_content_id_that_is_none_or_unknown_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.GetAsync("/ipfs/bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi", key: "")).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
        (await network.GetAsync($"/ipfs/{UnixFsImporter.CidOf("nobody"u8)}", key: "")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.ContentNotFound);
    }

    private static MultipartFormDataContent Form(byte[] bytes) => new() { { new ByteArrayContent(bytes), "file", "blob" } };

    private static async Task<string> PinFileAsync(TestNetwork network, byte[] bytes)
    {
        using var form = Form(bytes);
        return (await network.PostAsync("/pinning/pinFileToIPFS", form)).ShouldSucceed().Json.GetProperty("IpfsHash").GetString()!;
    }
}
