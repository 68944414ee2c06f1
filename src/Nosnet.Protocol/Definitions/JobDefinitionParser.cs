using System.Text;
using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Reads job definitions of version 0.1 and finds everything that would keep them from running.</summary>
/// <remarks>
/// What the official validator refuses is refused, unknown fields at every level included, and beyond that what could be pinned and
/// posted but never run: ports that do not exist, dependencies in a circle, arguments of another type of operation.
/// </remarks>
public static class JobDefinitionParser
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a definition from JSON in UTF-8.</summary>
    public static ParsedDefinition Parse(ReadOnlyMemory<byte> utf8Json)
    {
        if (utf8Json.Length > DefinitionLimits.Bytes)
            return Refused($"a document of {utf8Json.Length} bytes", $"{DefinitionLimits.Bytes} bytes at most");
        if (utf8Json.Span.StartsWith(ByteOrderMark))
            utf8Json = utf8Json[ByteOrderMark.Length..];
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = DefinitionLimits.Depth });
        }
        catch (JsonException e)
        {
            return Refused(
                $"no JSON from line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} on",
                $"one JSON object, nested {DefinitionLimits.Depth} levels deep at most");
        }
        using (document)
            return Read(document.RootElement);
    }

    /// <summary>Reads a definition from JSON.</summary>
    public static ParsedDefinition Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > DefinitionLimits.Bytes)
            return Refused($"a document of {json.Length} characters", $"{DefinitionLimits.Bytes} bytes at most");
        try
        {
            return Parse(StrictUtf8.GetBytes(json));
        }
        catch (EncoderFallbackException)
        {
            return Refused("text that is not Unicode", "text with whole surrogate pairs");
        }
    }

    internal static ParsedDefinition Read(JsonElement json)
    {
        var findings = new FindingList();
        if (!JsonScan.Readable(json, "$", findings))
            return new ParsedDefinition(findings.ToList());
        var definition = DefinitionReader.Read(new Place(findings, "$", json));
        return findings.IsEmpty ? new ParsedDefinition(definition) : new ParsedDefinition(findings.ToList());
    }

    private static ParsedDefinition Refused(string found, string allowed) => new([new Finding("$", found, allowed)]);
}
