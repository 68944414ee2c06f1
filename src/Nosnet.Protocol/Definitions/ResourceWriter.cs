using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Writes resources in the official shape.</summary>
internal static class ResourceWriter
{
    public static void Write(Utf8JsonWriter json, ValueList<Resource> resources)
    {
        if (!json.Has("resources", resources))
            return;
        json.WriteStartArray("resources");
        foreach (var resource in resources)
            Write(json, resource);
        json.WriteEndArray();
    }

    public static void WriteSpread(Utf8JsonWriter json, string literal, bool chunked)
    {
        json.WriteStartObject();
        json.WriteString(Literal.Spread, literal);
        json.Flag("chunked", chunked);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Resource resource)
    {
        switch (resource)
        {
            case RemoveIfEmptyResource:
                json.WriteStringValue(Literal.RemoveIfEmpty);
                break;
            case SpreadResources spread:
                WriteSpread(json, spread.Literal, spread.Chunked);
                break;
            case S3Resource s3:
                Write(json, s3);
                break;
            case HuggingFaceResource huggingFace:
                json.WriteStartObject();
                json.WriteString("type", "HF");
                json.WriteString("repo", huggingFace.Repo);
                json.WriteString("target", huggingFace.Target);
                json.Text("revision", huggingFace.Revision);
                json.Texts("files", huggingFace.Files);
                json.Text("accessToken", huggingFace.AccessToken);
                json.WriteEndObject();
                break;
            case OllamaResource ollama:
                json.WriteStartObject();
                json.WriteString("type", "Ollama");
                json.WriteString("model", ollama.Model);
                json.Text("target", ollama.Target);
                json.WriteEndObject();
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, S3Resource resource)
    {
        json.WriteStartObject();
        json.WriteString("type", "S3");
        json.WriteString("target", resource.Target);
        json.Text("url", resource.Url);
        json.Texts("files", resource.Files);
        json.Text("bucket", resource.Bucket);
        if (json.Has("buckets", resource.Buckets))
        {
            json.WriteStartArray("buckets");
            foreach (var bucket in resource.Buckets)
            {
                json.WriteStartObject();
                json.WriteString("url", bucket.Url);
                json.Texts("files", bucket.Files);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.Flag("allowWrite", resource.AllowWrite);
        if (resource.Credentials is { } credentials)
        {
            json.WriteStartObject("IAM");
            json.WriteString("REGION", credentials.Region);
            json.WriteString("ACCESS_KEY_ID", credentials.AccessKeyId);
            json.WriteString("SECRET_ACCESS_KEY", credentials.SecretAccessKey);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
