namespace Nosnet.Cli.Tests;

public sealed class SizesTests
{
    [Theory]
    [InlineData("500M", 500L * 1024 * 1024)]
    [InlineData("200G", 200L * 1024 * 1024 * 1024)]
    [InlineData("1.5T", 1536L * 1024 * 1024 * 1024)]
    [InlineData("2GiB", 2L * 1024 * 1024 * 1024)]
    [InlineData("1g", 1024L * 1024 * 1024)]
    [InlineData("4096", 4096)]
    public void An_amount_of_data_has_units_and_a_bare_number_is_bytes(string text, long bytes)
    {
        Sizes.TryParse(text, out var read).ShouldBeTrue();
        read.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1G")]
    [InlineData("G")]
    [InlineData("1 G")]
    [InlineData("1P")]
    [InlineData("1e9")]
    public void What_is_none_is_refused(string text) => Sizes.TryParse(text, out _).ShouldBeFalse();
}
