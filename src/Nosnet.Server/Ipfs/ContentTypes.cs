using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Nosnet.Server;

/// <summary>What a file is served as, by its first bytes. Nothing that a browser would run is ever named.</summary>
internal static class ContentTypes
{
    /// <summary>How many of the first bytes are looked at.</summary>
    public const int Sample = 64 * 1024;

    private const string Json = "application/json";
    private const string Text = "text/plain; charset=utf-8";
    private const string Bytes = "application/octet-stream";

    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(i => (byte)i).Except("\t\n\f\r\u001b"u8.ToArray()), 127]);

    public static string Of(ReadOnlySpan<byte> start, bool isWhole)
    {
        if (!IsText(start, isWhole))
            return Bytes;
        return IsJson(start, isWhole) ? Json : Text;
    }

    private static bool IsText(ReadOnlySpan<byte> start, bool isWhole)
    {
        if (start.IndexOfAny(Controls) >= 0)
            return false;
        while (!start.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(start, out _, out var length);
            // A sample may end within a character.
            if (status is not OperationStatus.Done)
                return status is OperationStatus.NeedMoreData && !isWhole;
            start = start[length..];
        }

        return true;
    }

    private static bool IsJson(ReadOnlySpan<byte> start, bool isWhole)
    {
        if (start.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..])
            return false;
        var reader = new Utf8JsonReader(start, isFinalBlock: isWhole, default);
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
