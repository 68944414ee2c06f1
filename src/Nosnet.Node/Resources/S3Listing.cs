using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Nosnet.Node;

/// <summary>One page of the keys of a bucket: the answer to ListObjectsV2.</summary>
/// <param name="Objects">The objects, without the marks that some tools leave for directories.</param>
/// <param name="Next">What brings the next page; null where this is the last.</param>
internal sealed record S3Listing(IReadOnlyList<S3Object> Objects, string? Next)
{
    private const int MostDepth = 16;

    /// <summary>Reads a page; null where the answer is something else.</summary>
    public static S3Listing? Parse(byte[] xml)
    {
        try
        {
            var root = Load(xml);
            if (root.Name.LocalName != "ListBucketResult")
                return null;
            var isEncoded = Text(root, "EncodingType") == "url";
            var objects = root.Elements().Where(element => element.Name.LocalName == "Contents").Select(element => new S3Object(
                Key(Text(element, "Key") ?? "", isEncoded),
                long.Parse(Text(element, "Size") ?? "", NumberStyles.None, CultureInfo.InvariantCulture),
                Text(element, "ETag")?.Trim('"')));
            return new S3Listing([.. objects.Where(item => !item.Key.EndsWith('/'))], Text(root, "IsTruncated") == "true" ? Text(root, "NextContinuationToken") : null);
        }
        catch (Exception e) when (e is XmlException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>The store's word for what was wrong; null where it said none that can be shown.</summary>
    public static string? ErrorCode(byte[] xml)
    {
        try
        {
            return Text(Load(xml), "Code") is { Length: > 0 and < 60 } code && code.All(char.IsAsciiLetterOrDigit) ? code : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static XElement Load(byte[] xml)
    {
        // Looked through first: what is nested deeply takes minutes to load, and all of the stack to read.
        using (var look = Reader(xml))
        {
            while (look.Read())
            {
                if (look.Depth > MostDepth)
                    throw new XmlException("No answer of a store is nested so deeply.");
            }
        }
        using var reader = Reader(xml);
        return XDocument.Load(reader).Root!;
    }

    private static XmlReader Reader(byte[] xml) =>
        XmlReader.Create(new MemoryStream(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });

    private static string? Text(XElement element, string name) => element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value;

    private static string Key(string text, bool isEncoded) => isEncoded ? Uri.UnescapeDataString(text.Replace('+', ' ')) : text;
}

/// <summary>An object of a bucket.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="ETag">Its ETag, without quotes.</param>
internal sealed record S3Object(string Key, long Size, string? ETag);
