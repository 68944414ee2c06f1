using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Paths into a document, for people: <c>$.ops[0].args.env["MY KEY"]</c>.</summary>
internal static class JsonPath
{
    private const int ShownCharacters = 60;

    public static string Field(string path, string name) =>
        name.Length is > 0 and <= ShownCharacters && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? $"{path}.{name}"
            : $"{path}[{Sentence.Quote(name)}]";

    public static string Item(string path, int index) => $"{path}[{index}]";

    /// <summary>What a value is, in words.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? $"the text {Sentence.Quote(text)}" : "an empty text",
        JsonValueKind.Number => value.GetRawText() is { Length: <= 40 } digits ? $"the number {digits}" : "a long number",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "an empty list" : "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };
}
