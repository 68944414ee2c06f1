using System.Globalization;
using System.Text;

namespace Nosnet.Server.Tests;

/// <summary>An answer as its bytes came.</summary>
/// <param name="Text">All of them.</param>
/// <param name="IsBroken">Whether the connection broke after them.</param>
internal sealed record RawAnswer(string Text, bool IsBroken)
{
    public string Head => Text.Split(Wire.End)[0];
    public string Body => IsChunked ? Joined(Rest) : Rest;
    public int Status => int.Parse(Text.Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>Whether whoever asked takes it for all that there is.</summary>
    public bool IsWhole =>
        !IsBroken && Text.Contains(Wire.End, StringComparison.Ordinal)
        && (!IsChunked || Rest.EndsWith("0" + Wire.End, StringComparison.Ordinal))
        && (Field("Content-Length") is not { } length || Rest.Length == int.Parse(length, CultureInfo.InvariantCulture));

    private bool IsChunked => Field("Transfer-Encoding") is "chunked";
    private string Rest => Text.Contains(Wire.End, StringComparison.Ordinal) ? Text[(Head.Length + Wire.End.Length)..] : "";

    /// <summary>The value of a field; null where there is none.</summary>
    public string? Field(string name) =>
        Head.Split("\r\n").Skip(1).FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    /// <summary>Has to be the sentence that blames the service.</summary>
    public void ShouldBlameTheService()
    {
        IsWhole.ShouldBeTrue(Text);
        Status.ShouldBe(502, Text);
        Body.ShouldStartWith("The service took the request and broke off");
    }

    /// <summary>What is in chunks, as far as they came.</summary>
    private static string Joined(string chunks)
    {
        var text = new StringBuilder();
        while (chunks.IndexOf("\r\n", StringComparison.Ordinal) is > 0 and var end)
        {
            var size = int.Parse(chunks[..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            text.Append(chunks.AsSpan(end + 2, Math.Min(size, chunks.Length - end - 2)));
            chunks = chunks[Math.Min(end + 2 + size + 2, chunks.Length)..];
        }
        return text.ToString();
    }
}
