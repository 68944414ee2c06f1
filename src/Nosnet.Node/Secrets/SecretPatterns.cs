using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The texts in which a secret can show itself: its lines, the texts of its JSON, and what base64 and JSON make of it.</summary>
internal static class SecretPatterns
{
    // A long one is looked for in pieces, so that no line is too short for it and little has to be held back where one is cut.
    private const int Longest = 512;

    private static readonly JavaScriptEncoder Json = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static IEnumerable<string> Of(string value) =>
        Shapes(value).Where(shape => shape.Length >= SecretRequest.LeastLength).SelectMany(Pieces);

    private static IEnumerable<string> Shapes(string value)
    {
        yield return value;
        foreach (var text in Texts(value))
        {
            foreach (var line in text.Split(['\n', '\r']))
                yield return line.Trim();
            yield return JsonEncodedText.Encode(text, Json).ToString();
            foreach (var shape in Base64(Encoding.UTF8.GetBytes(text)))
                yield return shape;
        }
    }

    /// <summary>The value, and where it is JSON the texts within it: each of them may be what an operation takes of it.</summary>
    private static IEnumerable<string> Texts(string value)
    {
        var next = new Stack<JsonNode?>([JsonValue.Create(value)]);
        // A text that is no JSON comes as itself, once more.
        next.Push(LiteralText.Json(value));
        while (next.TryPop(out var node))
        {
            if (node is JsonValue text && text.TryGetValue<string>(out var found) && found.Length >= SecretRequest.LeastLength)
                yield return found;
            foreach (var inner in node is JsonObject fields ? fields.Select(field => field.Value) : node as IEnumerable<JsonNode?> ?? [])
                next.Push(inner);
        }
    }

    /// <summary>The characters of base64 that are its alone, for each of the three places where it can begin among other bytes.</summary>
    private static IEnumerable<string> Base64(byte[] bytes)
    {
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var shape = text[((before * 8 + 5) / 6)..((before + bytes.Length) * 8 / 6)];
            yield return shape;
            yield return shape.Replace('+', '-').Replace('/', '_');
        }
    }

    private static IEnumerable<string> Pieces(string shape)
    {
        while (shape.Length > Longest + SecretRequest.LeastLength)
        {
            yield return shape[..Longest];
            shape = shape[Longest..];
        }
        yield return shape;
    }
}
