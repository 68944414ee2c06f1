using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Nosnet.Protocol;

/// <summary>
/// A whole document within an answer: passed on byte by byte where its bytes can stand in one line, since a result may be megabytes of logs that were read already.
/// </summary>
public sealed class DocumentConverter : JsonConverter<JsonElement>
{
    /// <inheritdoc/>
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options)
    {
        // A server-sent event ends at a line break.
        var bytes = JsonMarshal.GetRawUtf8Value(value);
        if (bytes.IndexOfAny("\r\n"u8) < 0 && Utf8.IsValid(bytes))
            writer.WriteRawValue(bytes, skipInputValidation: true);
        else
            value.WriteTo(writer);
    }
}
