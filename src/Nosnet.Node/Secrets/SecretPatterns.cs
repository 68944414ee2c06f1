using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The texts in which a secret can show itself: its lines, the texts of its JSON, and what base64 and JSON make of it.</summary>
internal static class SecretPatterns
{
    // A long one is looked for in pieces, so that no line is too short for it and little has to be held back where one is cut.
    private const int Longest = 512;

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = DefinitionLimits.Depth };
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
        if (value.Length >= SecretRequest.LeastLength)
            yield return value;
        var next = new Stack<JsonElement>();
        if (value.AsSpan().TrimStart() is ['{' or '[', ..] && TryParse(value) is { } json)
            next.Push(json);
        while (next.TryPop(out var element))
        {
            if (element.ValueKind == JsonValueKind.String && Text(element) is { Length: >= SecretRequest.LeastLength } found)
                yield return found;
            foreach (var inner in Inner(element))
                next.Push(inner);
        }
    }

    // Here a name may stand twice in an object: what reads the secret in the container takes one of the two, and each stays secret.
    private static JsonElement? TryParse(string value)
    {
        try
        {
            return JsonElement.Parse(value, Reading);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static IEnumerable<JsonElement> Inner(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Select(field => field.Value),
        JsonValueKind.Array => element.EnumerateArray(),
        _ => [],
    };

    private static string? Text(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // It is no Unicode, so nobody gets a text of it.
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
