using System.Text.Json.Nodes;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Carries out the markers <c>__spread__</c> and <c>__pairs__</c> once their values are known.</summary>
internal static class LiteralMarkers
{
    private const string Strictly = ", with each name once in an object and all of its text in Unicode";
    private const int MostShown = 200;

    /// <summary>The items that stand in the place of an object with <c>__spread__</c> in a list.</summary>
    /// <param name="source">What the definition has there.</param>
    /// <param name="value">What it stands for.</param>
    /// <param name="chunked">Whether several texts are the pieces of one list.</param>
    public static IEnumerable<JsonNode?> SpreadIntoList(string source, LiteralValue value, bool chunked)
    {
        if (chunked)
        {
            return LiteralText.TryParse(string.Concat(value.Texts)) is JsonArray whole
                ? Items(whole)
                : throw new LiteralException($"{Literal.Spread} of {Shown(source)} with chunked: the pieces together are not a JSON list{Strictly}.");
        }
        if (value.Texts.Count != 1)
            return value.Texts.Select(text => LiteralText.Json(text));
        return LiteralText.TryParse(value.Texts[0]) switch
        {
            JsonArray list => Items(list),
            JsonObject single => [single],
            _ when value.IsList => [JsonValue.Create(value.Texts[0])],
            _ => throw new LiteralException($"{Literal.Spread} of {Shown(source)}: the value is not a JSON list{Strictly}."),
        };
    }

    /// <summary>The fields that <c>__spread__</c> brings into an object.</summary>
    /// <param name="source">What the definition has there.</param>
    /// <param name="text">The same with its literals filled in.</param>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> SpreadIntoObject(string source, string text) =>
        LiteralText.TryParse(text) as JsonObject
        ?? throw new LiteralException($"{Literal.Spread} of {Shown(source)}: the value is not a JSON object{Strictly}.");

    /// <summary>The fields that <c>__pairs__</c> brings into an object: of a list of objects with key and, if not empty, value.</summary>
    /// <param name="source">What the definition has there.</param>
    /// <param name="text">The same with its literals filled in.</param>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Pairs(string source, string text)
    {
        if (LiteralText.TryParse(text) is not JsonArray list)
            throw new LiteralException($"{Literal.Pairs} of {Shown(source)}: the value is not a JSON list{Strictly}.");
        foreach (var item in list)
        {
            if (item is not JsonObject pair)
                throw new LiteralException($"{Literal.Pairs} of {Shown(source)}: an item is not an object.");
            if (pair["key"] is not JsonValue key || !key.TryGetValue<string>(out var name))
                throw new LiteralException($"{Literal.Pairs} of {Shown(source)}: the key of an item is not a text.");
            yield return new(name, pair["value"]);
        }
    }

    /// <summary>
    /// Takes the first <c>__remove-if-empty__</c> out of a list; false where nothing else was in it, so that the list goes too.
    /// </summary>
    public static bool KeepAfterRemoval(JsonArray list)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is JsonValue value && value.TryGetValue<string>(out var text) && text == Literal.RemoveIfEmpty)
            {
                list.RemoveAt(i);
                return list.Count > 0;
            }
        }
        return true;
    }

    // What is filled in may be a secret; what the definition has is there to be read.
    private static string Shown(string source) => source.Length <= MostShown ? source : $"{source[..MostShown]}…";

    private static IEnumerable<JsonNode> Items(JsonArray list) => list.OfType<JsonNode>().Select(item => item.DeepClone());
}
