using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Nosnet.Protocol;
using SimpleBase;

namespace Nosnet.Server;

/// <summary>The text of API keys.</summary>
internal static class KeyText
{
    public const string Prefix = "nos_";
    public const int LeastLength = 20;
    public const int MostLength = 200;
    private const int RandomBytes = 32;

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    public static string New() => Prefix + Base58.Bitcoin.Encode(RandomNumberGenerator.GetBytes(RandomBytes));

    public static bool IsWellFormed(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length is >= LeastLength and <= MostLength && !text.AsSpan().ContainsAnyExcept(Letters);

    public static Bytes32 Hash(string text) => Bytes32.HashOf(Encoding.UTF8.GetBytes(text));
}
