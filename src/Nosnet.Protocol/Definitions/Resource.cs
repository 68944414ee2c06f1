namespace Nosnet.Protocol;

/// <summary>What a node downloads, and keeps for a while, before a container starts.</summary>
public abstract record Resource
{
    private protected Resource()
    {
    }
}

/// <summary>Files of an S3 store.</summary>
public sealed record S3Resource : Resource
{
    /// <summary>Where the container sees the files, an absolute path.</summary>
    public required string Target { get; init; }

    /// <summary>Where they are. Needed unless there are <see cref="Buckets"/>.</summary>
    public string? Url { get; init; }

    /// <summary>The files; empty: all. Not together with <see cref="Bucket"/> or <see cref="Buckets"/>.</summary>
    public ValueList<string> Files { get; init; } = [];

    /// <summary>The bucket at the URL.</summary>
    public string? Bucket { get; init; }

    /// <summary>Several places at once. Not together with <see cref="Bucket"/>.</summary>
    public ValueList<S3Bucket> Buckets { get; init; } = [];

    /// <summary>Whether the container may write to the files.</summary>
    public bool AllowWrite { get; init; }

    /// <summary>The credentials; "IAM" on the wire. They are public, as the definition is.</summary>
    public S3Credentials? Credentials { get; init; }
}

/// <summary>One of several places of an <see cref="S3Resource"/>.</summary>
public sealed record S3Bucket(string Url)
{
    /// <summary>The files; empty: all.</summary>
    public ValueList<string> Files { get; init; } = [];
}

/// <summary>Credentials at an S3 store.</summary>
public sealed record S3Credentials(string Region, string AccessKeyId, string SecretAccessKey)
{
    /// <summary>The key's id; never the key.</summary>
    public override string ToString() => $"S3Credentials {{ {AccessKeyId} in {Region} }}";
}

/// <summary>Files of a repository on Hugging Face; "HF" on the wire.</summary>
public sealed record HuggingFaceResource : Resource
{
    /// <summary>The repository: <c>owner/name</c>.</summary>
    public required string Repo { get; init; }

    /// <summary>Where the container sees the files, an absolute path.</summary>
    public required string Target { get; init; }

    /// <summary>A branch, tag or commit.</summary>
    public string? Revision { get; init; }

    /// <summary>The files; empty: all.</summary>
    public ValueList<string> Files { get; init; } = [];

    /// <summary>The access token. It is public, as the definition is.</summary>
    public string? AccessToken { get; init; }

    /// <summary>Repository and target; never the token.</summary>
    public override string ToString() => $"HuggingFaceResource {{ {Repo} at {Target} }}";
}

/// <summary>A model of Ollama.</summary>
public sealed record OllamaResource : Resource
{
    /// <summary>The model: <c>llama3.2:1b</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Where the container sees it. Null: <see cref="DefaultTarget"/>.</summary>
    public string? Target { get; init; }

    /// <summary>Where Ollama itself looks for models.</summary>
    public const string DefaultTarget = "/root/.ollama/models";
}

/// <summary>A literal whose value is a list of resources, put in its place.</summary>
public sealed record SpreadResources(string Literal) : Resource
{
    /// <summary>Whether the value comes in pieces that make the list only when joined.</summary>
    public bool Chunked { get; init; }
}

/// <summary>The marker that takes itself, and the list if nothing else is in it, out of the arguments.</summary>
public sealed record RemoveIfEmptyResource : Resource;
