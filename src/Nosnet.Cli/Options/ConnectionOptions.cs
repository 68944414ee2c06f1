using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

/// <summary>Which network, in whose name.</summary>
internal sealed class ConnectionOptions
{
    private readonly Option<string?> _url = new("--url")
    {
        Description = $"The network: its URL, or mainnet or devnet for Nosana's own. [default: {NosanaClientOptions.UrlVariable}, or mainnet]",
        HelpName = "url",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = $"The API key. [default: {NosanaClientOptions.ApiKeyVariable}]",
        HelpName = "key",
    };

    public void AddTo(Command command)
    {
        command.Add(_url);
        command.Add(_key);
    }

    public NosanaClient Connect(ParseResult parsed, Terminal terminal)
    {
        var url = parsed.GetValue(_url) ?? terminal.Variable(NosanaClientOptions.UrlVariable);
        var options = new NosanaClientOptions { ApiKey = parsed.GetValue(_key) ?? terminal.Variable(NosanaClientOptions.ApiKeyVariable) };
        try
        {
            options.Network = string.IsNullOrWhiteSpace(url) ? NosanaNetwork.Mainnet : NosanaNetwork.Parse(url.Trim());
            return new NosanaClient(options);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new UsageException(e.Message);
        }
    }
}
