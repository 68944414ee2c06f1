using System.CommandLine;
using Nosnet.Node;

namespace Nosnet.Cli;

/// <summary>What a node downloads for its jobs, from where, and how much of it it keeps.</summary>
internal sealed class DownloadOptions
{
    private readonly Option<Uri?> _huggingFace = Hub("--hf-endpoint", "The Hugging Face hub, or a mirror of it.");
    private readonly Option<Uri?> _ollama = Hub("--ollama-endpoint", "Ollama's registry, or a mirror of it.");

    private readonly Option<string[]> _allowed = new("--allow-download")
    {
        Description = "What beyond the public internet resources may come from: a host, host:port, address or network such as 10.0.0.0/8; may be repeated.",
        HelpName = "host",
    };

    private readonly Option<long?> _cache = Sizes.Option("--cache-size", "How much of the resources that it downloaded the node keeps. [default: half of what the disk has left]");

    private readonly Option<long?> _images = Sizes.Option("--image-cache-size", "How much of the images that it pulled the node keeps. [default: a quarter of what the disk has left]");

    public DownloadOptions() => _allowed.Validators.Add(result =>
    {
        try
        {
            _ = ResourceOptions.Check(result.Tokens.Select(token => token.Value));
        }
        catch (FormatException e)
        {
            result.AddError(e.Message);
        }
    });

    public IEnumerable<Option> All => [_huggingFace, _ollama, _allowed, _cache, _images];

    public ResourceOptions Read(ParseResult parsed)
    {
        var usual = new ResourceOptions();
        return new ResourceOptions
        {
            HuggingFace = parsed.GetValue(_huggingFace) ?? usual.HuggingFace,
            Ollama = parsed.GetValue(_ollama) ?? usual.Ollama,
            AllowedHosts = parsed.GetValue(_allowed) ?? [],
            CacheBytes = parsed.GetValue(_cache),
            ImageBytes = parsed.GetValue(_images),
        };
    }

    private static Option<Uri?> Hub(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "url",
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0)
                return uri;
            result.AddError($"'{text}' is no URL of a hub; one looks like https://hub.example.");
            return null;
        },
    };
}
