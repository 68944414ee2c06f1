using System.Globalization;
using System.Text.RegularExpressions;

namespace Nosnet.Cli;

/// <summary>What a network says, in the words of the command line: it speaks to whoever sends it requests, and so names routes, fields and seconds.</summary>
internal static partial class CommandWords
{
    private const string Name = "{}";

    /// <summary>The routes that a network's sentences name, and the commands that do the same. <c>{}</c> is whatever stands there.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Commands = new Dictionary<string, string>
    {
        ["GET /api/jobs"] = "nosnet job list",
        ["GET /api/jobs/{}"] = "nosnet job get {}",
        ["GET /api/jobs/{}/ops"] = "nosnet job ops {}",
        ["GET /api/markets"] = "nosnet market list",
        ["GET /api/nodes"] = "nosnet node list",
        ["POST /api/nodes/register"] = "nosnet node start",
        ["GET /api/deployments"] = "nosnet deployment list",
        ["GET /api/deployments/{}/jobs"] = "nosnet deployment jobs {}",
        ["GET /api/deployments/vaults"] = "nosnet vault list",
        ["GET /api/api-keys"] = "nosnet key list",
        ["POST /api/api-keys"] = "nosnet key create NAME",
        ["DELETE /api/api-keys/{}"] = "nosnet key delete {}",
        ["PUT /api/secrets/{}"] = "nosnet secret set {}",
        ["GET /api/secrets"] = "nosnet secret list",
        ["DELETE /api/secrets/{}"] = "nosnet secret delete {}",
        ["GET /api/webhooks"] = "nosnet webhook list",
        ["DELETE /api/webhooks/{}"] = "nosnet webhook delete {}",
        ["POST /pinning/pinFileToIPFS"] = "nosnet ipfs add FILE",
        ["POST /pinning/pinJSONToIPFS"] = "nosnet ipfs add FILE",
    };

    /// <summary>The sentence as somebody who types commands needs it.</summary>
    public static string Of(string sentence)
    {
        var text = KeyHint().Replace(sentence, "").Replace("Leave out 'node'", "Leave out --node", StringComparison.Ordinal);
        text = Route().Replace(text, route => Command(route.Value) ?? route.Value);
        return Seconds().Replace(text, match => $"{Duration(match.Groups["from"])}{match.Groups["between"].Value}{Duration(match.Groups["to"])}");
    }

    /// <summary>The command that does what the route does; null where there is none.</summary>
    internal static string? Command(string route)
    {
        var parts = route.Split('/');
        foreach (var (known, command) in Commands)
        {
            var pattern = known.Split('/');
            if (pattern.Length != parts.Length || !pattern.Zip(parts).All(p => p.First == Name || p.First == p.Second))
                continue;
            return pattern.IndexOf(Name) is >= 0 and var at ? command.Replace(Name, Argument(parts[at]), StringComparison.Ordinal) : command;
        }
        return null;
    }

    /// <summary>A name as it came, or as the help of commands writes one that is left open: <c>{id}</c> is <c>ID</c>.</summary>
    private static string Argument(string part) => part is ['{', .. var open, '}'] ? open.ToUpperInvariant() : part;

    private static string Duration(Group seconds) =>
        seconds.Success ? Durations.Exactly(TimeSpan.FromSeconds(long.Parse(seconds.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))) : "";

    [GeneratedRegex("(?:GET|POST|PUT|PATCH|DELETE) /[A-Za-z0-9/{}_.-]*[A-Za-z0-9}]", RegexOptions.CultureInvariant)]
    internal static partial Regex Route();

    [GeneratedRegex(@"(?<![\d.])(?:(?<from>\d{1,9})(?<between> to | of the ))?(?<to>\d{1,9}) seconds?\b", RegexOptions.CultureInvariant)]
    private static partial Regex Seconds();

    /// <summary>How a request names a key, where a command line has an option.</summary>
    [GeneratedRegex(@" Send an? (API )?key as 'Authorization: Bearer nos_…'(, or [^.]*)?\.", RegexOptions.CultureInvariant)]
    private static partial Regex KeyHint();
}
