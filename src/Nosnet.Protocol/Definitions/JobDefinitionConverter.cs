using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>A job definition within JSON: the official object, by the rules of <see cref="JobDefinitionParser"/>.</summary>
public sealed class JobDefinitionConverter : JsonConverter<JobDefinition>
{
    /// <inheritdoc/>
    public override JobDefinition Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var parsed = JobDefinitionParser.Read(document.RootElement);
        if (parsed.IsValid)
            return parsed.Definition;
        var refusal = new InvalidDefinitionException(parsed.Findings);
        throw new JsonException(refusal.Message, refusal);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JobDefinition value, JsonSerializerOptions options) => DefinitionWriter.Write(writer, value);
}
