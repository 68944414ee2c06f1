using System.Text.Json.Nodes;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Carries out the markers <c>__spread__</c> and <c>__pairs__</c> once their values are known.</summary>
internal static class LiteralMarkers
{
    /// <summary>The items that stand in the place of an object with <c>__spread__</c> in a list.</summary>
    public static IEnumerable<JsonNode?> SpreadIntoList(LiteralValue value, bool chunked)
    {
        if (chunked)
        {
            return LiteralText.TryParse(string.Concat(value.Texts)) is JsonArray whole
                ? Items(whole)
                : throw new LiteralException($"{Literal.Spread} with chunked: the pieces together are not a JSON list.");
        }
        if (value.Texts.Count != 1)
            return value.Texts.Select(text => LiteralText.Json(text));
        return LiteralText.TryParse(value.Texts[0]) switch
        {
            JsonArray list => Items(list),
            JsonObject single => [single],
            _ when value.IsList => [JsonValue.Create(value.Texts[0])],
            _ => throw new LiteralException($"{Literal.Spread}: the value is not a JSON list."),
        };
    }

    /// <summary>The fields that <c>__spread__</c> brings into an object.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> SpreadIntoObject(string text) =>
        LiteralText.TryParse(text) as JsonObject ?? throw new LiteralException($"{Literal.Spread}: the value is not a JSON object.");

    /// <summary>The fields that <c>__pairs__</c> brings into an object: of a list of objects with key and, if not empty, value.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Pairs(string text)
    {
        if (LiteralText.TryParse(text) is not JsonArray list)
            throw new LiteralException($"{Literal.Pairs}: the value is not a JSON list.");
        foreach (var item in list)
        {
            if (item is not JsonObject pair)
                throw new LiteralException($"{Literal.Pairs}: an item is not an object.");
            if (pair["key"] is not JsonValue key || !key.TryGetValue<string>(out var name))
                throw new LiteralException($"{Literal.Pairs}: the key of an item is not a text.");
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

    private static IEnumerable<JsonNode> Items(JsonArray list) => list.OfType<JsonNode>().Select(item => item.DeepClone());
}
