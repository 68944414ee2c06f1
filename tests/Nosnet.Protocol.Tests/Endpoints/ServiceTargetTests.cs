namespace Nosnet.Protocol.Tests;

public sealed class ServiceTargetTests
{
    private static readonly string Run = RunAddress.From(new Bytes32([.. Enumerable.Repeat((byte)7, 32)])).ToString();

    [Fact]
    public void What_is_written_is_read_again()
    {
        var target = new ServiceTarget(RunAddress.Parse(Run), 3, 8080);
        ServiceTarget.TryParse(target.ToString(), out var read).ShouldBeTrue();
        read.ShouldBe(target);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{run}")]
    [InlineData("{run}/0")]
    [InlineData("{run}/0/80/1")]
    [InlineData("{run}/-1/80")]
    [InlineData("{run}/0/70000")]
    [InlineData("{run}/0/ 80")]
    [InlineData("x/0/80")]
    public void Anything_else_is_refused(string? text) =>
        ServiceTarget.TryParse(text?.Replace("{run}", Run, StringComparison.Ordinal), out _).ShouldBeFalse();
}
