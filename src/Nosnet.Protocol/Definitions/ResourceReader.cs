using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Reads what is downloaded before a container starts.</summary>
internal static class ResourceReader
{
    private const string Types = "\"S3\", \"HF\" or \"Ollama\"";

    public static Resource Read(Place place)
    {
        if (place.Kind == JsonValueKind.String)
        {
            place.Text(text => text == Literal.RemoveIfEmpty, $"a resource, or the marker \"{Literal.RemoveIfEmpty}\"");
            return new RemoveIfEmptyResource();
        }
        if (place.Kind == JsonValueKind.Object && place.Json.TryGetProperty(Literal.Spread, out _))
        {
            var (literal, chunked) = ExposeReader.Spread(place);
            return new SpreadResources(literal) { Chunked = chunked };
        }
        var fields = new Fields(place, "a resource");
        var type = fields.RequiredText("type", Types, t => t is "S3" or "HF" or "Ollama");
        Resource? resource = type switch
        {
            "S3" => S3(fields),
            "HF" => HuggingFace(fields),
            "Ollama" => Ollama(fields),
            _ => null,
        };
        if (resource is not null)
            fields.Done();
        return resource ?? new RemoveIfEmptyResource();
    }

    private static S3Resource S3(Fields fields)
    {
        var resource = new S3Resource
        {
            Target = Target(fields),
            Url = fields.Optional("url", f => f.Text(Rules.IsNotEmpty, Rules.NotEmpty)),
            Files = fields.Optional("files", [], Files),
            Bucket = fields.Optional("bucket", f => f.Text(Rules.IsNotEmpty, Rules.NotEmpty)),
            Buckets = fields.Optional("buckets", [], f => f.List(Bucket, "a list of objects with url and files")),
            AllowWrite = fields.Flag("allowWrite"),
            Credentials = fields.Optional("IAM", Credentials),
        };
        if (!fields.Has("url") && resource.Buckets.Count == 0)
            fields.Missing("url", "the store's URL, or a list of buckets that is not empty");
        if (fields.Has("files", out var files) && (fields.Has("bucket") || fields.Has("buckets")))
            files.Value.Refuse("this field beside bucket or buckets", "one of the three; files of buckets stand within them");
        if (fields.Has("bucket", out var bucket) && fields.Has("buckets"))
            bucket.Value.Refuse("this field beside buckets", "one of the two");
        return resource;
    }

    private static S3Bucket Bucket(Place place)
    {
        var fields = new Fields(place, "a bucket");
        var bucket = new S3Bucket(fields.RequiredText("url", Rules.NotEmpty, Rules.IsNotEmpty)) { Files = fields.Optional("files", [], Files) };
        fields.Done();
        return bucket;
    }

    private static S3Credentials Credentials(Place place)
    {
        var fields = new Fields(place, "IAM");
        var credentials = new S3Credentials(
            fields.Required("REGION", "a text, which may be empty", "", f => f.Text()),
            fields.Required("ACCESS_KEY_ID", "a text", "", f => f.Text()),
            fields.Required("SECRET_ACCESS_KEY", "a text", "", f => f.Text()));
        fields.Done();
        return credentials;
    }

    private static HuggingFaceResource HuggingFace(Fields fields) => new()
    {
        Repo = fields.RequiredText("repo", "a repository: \"owner/name\"", Rules.IsNotEmpty),
        Target = Target(fields),
        Revision = fields.Optional("revision", f => f.Text()),
        Files = fields.Optional("files", [], Files),
        AccessToken = fields.Optional("accessToken", f => f.Text()),
    };

    private static OllamaResource Ollama(Fields fields) => new()
    {
        Model = fields.RequiredText("model", "the name of a model", Rules.IsNotEmpty),
        Target = fields.Optional("target", f => f.Text(Rules.IsMountPath, Rules.MountPath)),
    };

    private static string Target(Fields fields) => fields.RequiredText("target", Rules.MountPath, Rules.IsMountPath);

    private static ValueList<string> Files(Place place) => place.List(f => f.Text(Rules.IsNotEmpty, Rules.NotEmpty), "a list of names of files");
}
