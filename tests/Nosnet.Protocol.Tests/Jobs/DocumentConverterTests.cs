using System.Text;
using System.Text.Json;

namespace Nosnet.Protocol.Tests;

public sealed class DocumentConverterTests
{
    [Fact]
    public void A_document_of_one_line_is_passed_on_as_it_is() =>
        Written("""{"b":  1.50, "a":"\u00e4<ä"}""").ShouldBe("""{"b":  1.50, "a":"\u00e4<ä"}""");

    [Theory]
    [InlineData("{\n  \"a\": [1,\r\n 2]\n}")]
    [InlineData("\n{\"a\":[1,2]}\n")]
    public void A_document_of_several_lines_is_written_in_one(string json) => Written(json).ShouldBe("""{"a":[1,2]}""");

    [Fact]
    public void A_document_is_read_back() => JsonElement.DeepEquals(
        JsonSerializer.Deserialize(Written("""{"a":[1,{"b":null}]}"""), ProtocolJson.Default.JsonElement), JsonElement.Parse("""{"a":[1,{"b":null}]}""")).ShouldBeTrue();

    private static string Written(string json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            new DocumentConverter().Write(writer, JsonElement.Parse(json), JsonSerializerOptions.Default);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
