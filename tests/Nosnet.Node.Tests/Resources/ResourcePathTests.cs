using CsCheck;

namespace Nosnet.Node.Tests;

public sealed class ResourcePathTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("dir/model-00001-of-00002.safetensors")]
    [InlineData("..a/b..")]
    [InlineData("…/ünï cöde")]
    public void An_ordinary_name_is_a_path(string name) => ResourcePath.Parse(name).ToString().ShouldBe(name);

    [Theory]
    [InlineData("../a", "leads out of its target")]
    [InlineData("a/../../b", "leads out of its target")]
    [InlineData("/etc/passwd", "is absolute")]
    [InlineData("a//b", "without a name")]
    [InlineData("./a", "without a name")]
    [InlineData("", "without a name")]
    [InlineData("a\\..\\b", "characters")]
    [InlineData("a\0b", "characters")]
    [InlineData("a\nb", "characters")]
    public void A_name_that_leads_elsewhere_is_refused_with_the_reason(string name, string reason) =>
        Should.Throw<ResourceException>(() => ResourcePath.Parse(name)).Message.ShouldContain(reason);

    [Fact]
    public void Whatever_is_not_refused_stays_under_its_directory() => Gen.String[Gen.Char["/.\\ab\0~*"], 0, 12].Sample(name =>
    {
        try
        {
            Path.GetFullPath(ResourcePath.Parse(name).In("/cache/x")).ShouldStartWith("/cache/x/");
        }
        catch (ResourceException)
        {
            // Refused, which is as well.
        }
    });
}
