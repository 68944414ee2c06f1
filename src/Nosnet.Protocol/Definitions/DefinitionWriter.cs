using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Writes a definition in the official shape. What says nothing (an empty list, a false) is left out.</summary>
internal static class DefinitionWriter
{
    // The JSON goes into files and HTTP bodies, never into a page, so that text may stay as people wrote it.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(JobDefinition definition)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            Write(json, definition);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Utf8JsonWriter json, JobDefinition definition)
    {
        json.WriteStartObject();
        json.WriteString("version", JobDefinition.Version);
        json.WriteString("type", JobDefinition.Type);
        if (definition.Meta is { } meta)
            Write(json, meta);
        if (definition.Global is { } global)
            Write(json, global);
        if (definition.Logistics is { } logistics)
        {
            json.WriteStartObject("logistics");
            Write(json, "send", logistics.Send);
            Write(json, "receive", logistics.Receive);
            json.WriteEndObject();
        }
        json.Text("deployment_id", definition.DeploymentId);
        // Written even where there are none: the schema wants the field.
        if (json.Has("ops", definition.Ops) || definition.Ops is not null)
        {
            json.WriteStartArray("ops");
            foreach (var operation in definition.Ops)
                OperationWriter.Write(json, operation);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, GlobalDefaults global)
    {
        json.WriteStartObject("global");
        json.Text("image", global.Image);
        json.Flag("gpu", global.Gpu);
        json.TextOrList("entrypoint", global.Entrypoint);
        json.Texts("env", global.Env);
        json.Text("work_dir", global.WorkDir);
        json.Texts("variables", global.Variables);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, LogisticsWay? way)
    {
        if (way is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteString("type", DefinitionNames.Logistics[way.Kind]);
        json.WriteStartObject("args");
        json.Text("endpoint", way.Endpoint);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DefinitionMeta meta)
    {
        json.WriteStartObject("meta");
        json.Text("trigger", meta.Trigger);
        if (json.Has("system_resources", meta.SystemResources))
        {
            json.WriteStartObject("system_resources");
            foreach (var (name, value) in meta.SystemResources)
            {
                json.WritePropertyName(name);
                Write(json, value);
            }
            json.WriteEndObject();
        }
        foreach (var (name, value) in meta.More ?? [])
        {
            json.WritePropertyName(name);
            Write(json, value);
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, MetaValue? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case MetaText text:
                json.WriteStringValue(text.Text);
                break;
            case MetaNumber number:
                json.WriteNumberValue(number.Number);
                break;
            case MetaList list:
                json.WriteStartArray();
                foreach (var item in list.Items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case MetaMap map:
                json.WriteStartObject();
                foreach (var (name, item) in map.Values)
                {
                    json.WritePropertyName(name);
                    Write(json, item);
                }
                json.WriteEndObject();
                break;
        }
    }
}
