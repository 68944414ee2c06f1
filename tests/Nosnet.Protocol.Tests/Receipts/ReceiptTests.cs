namespace Nosnet.Protocol.Tests;

public sealed class ReceiptTests
{
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    public void What_is_no_receipt_is_refused(string json) => Should.Throw<FormatException>(() => Receipt.Parse(json)).Message.ShouldStartWith("This is not a receipt: ");
}
