using System.Buffers;
using System.Text;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Puts <c>***</c> in the place of a job's secrets in everything that is written down or leaves the node.</summary>
internal sealed class SecretMask
{
    public const string Stars = "***";

    /// <summary>The mask of a job without secrets; it costs nothing.</summary>
    public static readonly SecretMask None = new([]);

    // No pattern is shorter than this, so its beginning finds it.
    private const int HeadLength = SecretRequest.LeastLength;

    private readonly Dictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>> _byHead;
    private readonly SearchValues<string> _heads;
    private readonly byte[][] _utf8;

    private SecretMask(IEnumerable<string> values)
    {
        var patterns = values.SelectMany(SecretPatterns.Of).ToHashSet(StringComparer.Ordinal);
        var byHead = patterns.GroupBy(pattern => pattern[..HeadLength]).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        _byHead = byHead.GetAlternateLookup<ReadOnlySpan<char>>();
        _heads = SearchValues.Create([.. byHead.Keys], StringComparison.Ordinal);
        _utf8 = [.. patterns.Select(Encoding.UTF8.GetBytes)];
    }

    public bool IsEmpty => _utf8.Length == 0;

    public static SecretMask Of(IEnumerable<string> values)
    {
        var mask = new SecretMask(values);
        return mask.IsEmpty ? None : mask;
    }

    /// <summary>The text without the secrets in it.</summary>
    public string Apply(string text)
    {
        if (IsEmpty || Find(text, 0) is not { Length: > 0 } hit)
            return text;
        var masked = new StringBuilder(text.Length);
        var done = 0;
        do
        {
            masked.Append(text, done, hit.Start - done).Append(Stars);
            done = hit.Start + hit.Length;
            hit = Find(text, done);
        }
        while (hit.Length > 0);
        return masked.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>
    /// Where a line that is too long may be cut, so that no secret stands across the cut: before what may be the beginning of one, after
    /// what is one.
    /// </summary>
    public int Cut(ReadOnlySpan<byte> line)
    {
        var cut = line.Length;
        foreach (var pattern in _utf8)
            cut = Math.Min(cut, line.Length - Begun(line, pattern));
        for (var before = -1; before != cut;)
        {
            before = cut;
            foreach (var pattern in _utf8)
                cut = Math.Max(cut, EndOfOneAcross(line, pattern, before));
        }
        return cut;
    }

    /// <summary>A stretch of secrets that overlap or follow each other; empty where there is none.</summary>
    private (int Start, int Length) Find(string text, int from)
    {
        var (start, end) = (-1, from);
        while (true)
        {
            var at = text.AsSpan(from).IndexOfAny(_heads);
            if (at < 0 || (start >= 0 && from + at > end))
                return (start, start < 0 ? 0 : end - start);
            var here = from + at;
            foreach (var pattern in _byHead[text.AsSpan(here, HeadLength)])
            {
                if (text.AsSpan(here).StartsWith(pattern, StringComparison.Ordinal))
                    (start, end) = (start < 0 ? here : start, Math.Max(end, here + pattern.Length));
            }
            from = here + 1;
        }
    }

    private static int EndOfOneAcross(ReadOnlySpan<byte> line, ReadOnlySpan<byte> pattern, int cut)
    {
        var from = Math.Max(0, cut - pattern.Length + 1);
        var around = line[from..Math.Min(line.Length, cut + pattern.Length - 1)];
        return around.LastIndexOf(pattern) is >= 0 and var at ? from + at + pattern.Length : cut;
    }

    /// <summary>How much of a pattern's beginning, but not all of it, stands at the end of a line.</summary>
    private static int Begun(ReadOnlySpan<byte> line, ReadOnlySpan<byte> pattern)
    {
        for (var length = Math.Min(line.Length, pattern.Length - 1); length > 0; length--)
        {
            if (line[^length..].SequenceEqual(pattern[..length]))
                return length;
        }
        return 0;
    }
}
