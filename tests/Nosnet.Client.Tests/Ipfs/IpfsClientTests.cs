using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class IpfsClientTests
{
    /// <summary>What `ipfs add` says of "hello\n".</summary>
    private const string HelloCid = "QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN";

    private static readonly JobDefinition Hello = new() { Ops = [new ContainerRun("hello") { Image = "busybox", Cmd = ["echo", "hi"] }] };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_definition_is_pinned_as_its_bytes()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /pinning/pinJSONToIPFS", Pinned(Sample.Cid));
        using var client = network.OfficialClient();
        (await client.Ipfs.AddAsync(Hello, Cancellation)).ToString().ShouldBe(Sample.Cid);
        network.Request.Bytes.ShouldBe(Hello.ToUtf8Bytes());
        network.Request.Header("Content-Type").ShouldBe("application/json");
    }

    [Fact]
    public async Task A_definition_at_hand_as_JSON_is_pinned_as_it_is()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /pinning/pinJSONToIPFS", Pinned(Sample.Cid));
        using var client = network.OfficialClient();
        const string Json = """{ "version": "0.1", "type": "container", "ops": [ { "type": "container/run", "id": "a", "args": { "image": "busybox" } } ] }""";
        await client.Ipfs.AddAsync(JsonElement.Parse(Json), Cancellation);
        await client.Ipfs.AddAsync(JsonNode.Parse(Json)!, Cancellation);
        network.Requests[0].Body.ShouldBe(Json);
        JsonElement.DeepEquals(JsonElement.Parse(network.Requests[1].Bytes), JsonElement.Parse(Json)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_definition_that_cannot_run_is_refused_with_every_finding_and_never_sent()
    {
        await using var network = await TestNetwork.StartAsync();
        using var client = network.Client();
        var broken = JsonElement.Parse("""{"version":"0.2","type":"container","ops":[{"type":"container/run","id":"a","args":{}}]}""");
        var refused = await Should.ThrowAsync<NosanaException>(() => client.Ipfs.AddAsync(broken, Cancellation));
        refused.Is(ErrorCode.InvalidDefinition).ShouldBeTrue();
        refused.Details.Select(d => d.Path).ShouldBe(["$.version", "$.ops[0].args.image"], ignoreOrder: true);
        // As the network itself tells them: the path stands beside the message, not in it.
        refused.Details.ShouldAllBe(d => d.Message.StartsWith("found ", StringComparison.Ordinal));
        refused.Message.ShouldContain("2 things are wrong");
        network.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_definition_written_in_code_is_checked_too()
    {
        await using var network = await TestNetwork.StartAsync();
        using var client = network.Client();
        var twice = Hello with { Ops = [Hello.Ops[0], Hello.Ops[0]] };
        await Should.ThrowAsync<NosanaException>(() => client.Jobs.PostAsync(twice, "gpu", cancellationToken: Cancellation));
        network.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Posting_a_definition_pins_it_and_posts_its_CID()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /pinning/pinJSONToIPFS", Pinned(Sample.Cid));
        network.Answer("POST /api/jobs/list", $$"""{"tx":"T","job":"{{Sample.Job}}","run":"{{Sample.Run}}"}""");
        using var client = network.OfficialClient();
        var job = await client.Jobs.PostAsync(Hello, Sample.Market, TimeSpan.FromMinutes(5), cancellationToken: Cancellation);
        job.Address.ShouldBe(Sample.Job);
        network.Requests[1].Body.ShouldBe($$"""{"ipfsHash":"{{Sample.Cid}}","market":"{{Sample.Market}}","timeout":300}""");
    }

    [Fact]
    public async Task A_file_is_pinned_from_where_its_stream_stands_and_the_stream_left_open()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /pinning/pinFileToIPFS", Pinned(HelloCid));
        using var client = network.Client();
        using var file = new MemoryStream(Encoding.UTF8.GetBytes("xxhello\n")) { Position = 2 };
        await client.Ipfs.AddAsync(file, Cancellation);
        network.Request.Header("Content-Type")!.ShouldStartWith("multipart/form-data");
        network.Request.Body.ShouldContain("form-data; name=file; filename=blob");
        network.Request.Body.ShouldContain("\r\n\r\nhello\n\r\n--");
        file.CanRead.ShouldBeTrue();
    }

    [Fact]
    public async Task A_document_that_the_pin_API_would_unwrap_goes_as_a_file()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /pinning/pinFileToIPFS", Pinned(Sample.Cid));
        using var client = network.OfficialClient();
        await client.Ipfs.AddJsonAsync(JsonElement.Parse("""{"pinataContent":1}"""), Cancellation);
        network.Request.Body.ShouldContain("""{"pinataContent":1}""");
    }

    [Fact]
    public async Task A_CID_that_is_not_of_what_was_sent_is_refused_on_a_Nosnet_network()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /pinning/pinJSONToIPFS", Pinned(HelloCid));
        network.Answer("POST /pinning/pinFileToIPFS", Pinned(Sample.Cid));
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(() => client.Ipfs.AddAsync(Hello, Cancellation))).Message.ShouldContain($"pinned {HelloCid}");
        (await Should.ThrowAsync<NosanaException>(() => client.Ipfs.AddAsync(new MemoryStream("hello\n"u8.ToArray()), Cancellation))).Message.ShouldContain($"is {HelloCid}");
    }

    [Fact]
    public async Task A_file_of_many_chunks_is_sent_whole_and_its_CID_checked()
    {
        await using var network = await TestNetwork.StartAsync();
        var content = new byte[700_000];
        new Random(1).NextBytes(content);
        var cid = UnixFsImporter.CidOf(content);
        network.Answer("POST /pinning/pinFileToIPFS", Pinned(cid.ToString()));
        using var client = network.Client();
        (await client.Ipfs.AddAsync(new MemoryStream(content), Cancellation)).ShouldBe(cid);
        network.Request.Bytes.AsSpan().IndexOf(content).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Another_file_than_the_one_asked_for_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /ipfs/{HelloCid}", "jello\n", 200, "text/plain");
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(() => client.Ipfs.ReadAsync(Cid.Parse(HelloCid), cancellationToken: Cancellation))).Message.ShouldContain("is another file");
        var path = Path.Combine(Path.GetTempPath(), $"nosnet-{Guid.NewGuid():N}");
        await Should.ThrowAsync<NosanaException>(() => client.Ipfs.SaveAsync(Cid.Parse(HelloCid), path, Cancellation));
        Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(path) + "*").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_is_saved_over_the_one_that_is_there()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /ipfs/{HelloCid}", "hello\n", 200, "text/plain");
        using var client = network.Client();
        var path = Path.Combine(Path.GetTempPath(), $"nosnet-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(path, "a longer text than hello", Cancellation);
        await client.Ipfs.SaveAsync(Cid.Parse(HelloCid), path, Cancellation);
        (await File.ReadAllTextAsync(path, Cancellation)).ShouldBe("hello\n");
        File.Delete(path);
    }

    [Theory]
    [InlineData("{}", "it names no IpfsHash")]
    [InlineData("""{"IpfsHash":"bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"}""", "is not a CIDv0")]
    [InlineData("""{"IpfsHash":7}""", "it names no IpfsHash")]
    public async Task A_pin_without_a_CID_is_an_error(string answer, string why)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /pinning/pinJSONToIPFS", answer);
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(() => client.Ipfs.AddAsync(Hello, Cancellation))).Message.ShouldContain(why);
    }

    [Fact]
    public async Task A_refused_pin_is_an_error()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /pinning/pinJSONToIPFS", """{"error":"Invalid JWT"}""", 401);
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaUnauthenticatedException>(() => client.Ipfs.AddAsync(Hello, Cancellation))).Message.ShouldBe("Invalid JWT");
    }

    [Theory]
    [InlineData(404, "not found", typeof(NosanaNotFoundException))]
    [InlineData(403, "", typeof(NosanaException))]
    public async Task A_file_that_is_not_there_is_an_error(int status, string body, Type exception)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /ipfs/{HelloCid}", body, status, "text/plain");
        using var client = network.Client();
        await Should.ThrowAsync(() => client.Ipfs.ReadAsync(Cid.Parse(HelloCid), cancellationToken: Cancellation), exception);
        await Should.ThrowAsync(() => client.Ipfs.GetAsync(Cid.Parse(HelloCid), Cancellation), exception);
    }

    [Fact]
    public async Task A_gateway_gets_no_token()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /ipfs/{HelloCid}", "hello\n", 200, "text/plain");
        using var client = network.Client(o => o.IpfsJwt = "jwt");
        await using var stream = await client.Ipfs.GetAsync(Cid.Parse(HelloCid), Cancellation);
        (await new StreamReader(stream).ReadToEndAsync(Cancellation)).ShouldBe("hello\n");
        network.Request.Header("Authorization").ShouldBeNull();
    }

    [Fact]
    public async Task A_gateway_may_lead_to_another_host()
    {
        await using var network = await TestNetwork.StartAsync();
        await using var other = await TestNetwork.StartAsync();
        network.Answer($"GET /ipfs/{HelloCid}", "", 301, headers: ("Location", $"{other.Url}file"));
        other.Answer("GET /file", "hello\n", 200, "text/plain");
        using var client = network.Client();
        (await client.Ipfs.ReadAsync(Cid.Parse(HelloCid), cancellationToken: Cancellation)).ShouldBe("hello\n"u8.ToArray());
    }

    [Fact]
    public async Task A_file_longer_than_wanted_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /ipfs/{HelloCid}", new string('x', 100));
        using var client = network.Client();
        await Should.ThrowAsync<NosanaException>(() => client.Ipfs.ReadAsync(Cid.Parse(HelloCid), maxBytes: 99, Cancellation));
    }

    [Fact]
    public async Task A_document_is_read_whatever_type_the_gateway_gives_it()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /ipfs/{Sample.Cid}", """{"a":1}""", 200, "application/octet-stream");
        using var client = network.OfficialClient();
        (await client.Ipfs.ReadJsonAsync(Cid.Parse(Sample.Cid), Cancellation)).GetProperty("a").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_document_that_is_no_JSON_is_told_as_such()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /ipfs/{HelloCid}", "hello\n", 200, "text/plain");
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(() => client.Ipfs.ReadJsonAsync(Cid.Parse(HelloCid), Cancellation))).Message.ShouldStartWith($"{HelloCid} is not JSON");
    }

    private static string Pinned(string cid) => $$"""{"IpfsHash":"{{cid}}","PinSize":100,"Timestamp":"2026-01-01T00:00:00Z"}""";
}
