using System.Text;

namespace Nosnet.Server.Tests;

/// <summary>HTTP/1.1 as it is on the wire: text of which each letter is one byte.</summary>
internal static class Wire
{
    /// <summary>Ends a head.</summary>
    public const string End = "\r\n\r\n";

    public static async Task SayAsync(this Stream stream, string text)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), TestNetwork.Cancellation);
        await stream.FlushAsync(TestNetwork.Cancellation);
    }

    /// <summary>Reads up to and with this, and not a byte more.</summary>
    public static async Task<string> ReadUntilAsync(this Stream stream, string end)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, TestNetwork.Cancellation) == 0)
                throw new EndOfStreamException($"It ended before '{end}'; seen last: {text}");
            text.Append((char)one[0]);
        }
        return text.ToString();
    }

    public static Task<string> ReadHeadAsync(this Stream stream) => stream.ReadUntilAsync(End);

    /// <summary>Reads as long as something comes.</summary>
    /// <returns>What came, and whether the other end broke off instead of ending it.</returns>
    public static async Task<(string Text, bool IsBroken)> ReadToEndAsync(this Stream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, TestNetwork.Cancellation) is > 0 and var count)
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            return (text.ToString(), false);
        }
        catch (IOException)
        {
            return (text.ToString(), true);
        }
    }
}
