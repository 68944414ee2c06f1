using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class MarketIdTests
{
    [Fact]
    public void A_post_can_be_kept_as_JSON()
    {
        var post = new PostJob(Cid.Parse(Sample.Cid), "gpu") { Timeout = TimeSpan.FromMinutes(5), IdempotencyKey = "order-17" };
        var json = JsonSerializer.Serialize(post);
        json.ShouldContain("\"Market\":\"gpu\"");
        JsonSerializer.Deserialize<PostJob>(json).ShouldBe(post);
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<MarketId>("{}"));
        MarketId.TryParse(" ", null, out _).ShouldBeFalse();
    }
}
