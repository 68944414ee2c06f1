using System.Runtime.CompilerServices;

namespace Nosnet.Cli.Tests;

public sealed class CommandWordsTests
{
    /// <summary>What has no command, and why.</summary>
    private static readonly Dictionary<string, string> WithoutCommand = new()
    {
        ["GET /openapi.json"] = "for who writes requests",
        ["GET /api/credits/transactions"] = "there is no such command",
        ["POST /api/nodes/token"] = "nodes ask for it",
        ["POST /api/nodes/challenge"] = "nodes ask for it",
    };

    [Fact]
    public void Every_route_that_a_sentence_of_the_network_names_has_its_command_or_is_known_to_have_none()
    {
        var named = (from project in (string[])["Nosnet.Server", "Nosnet.Engine", "Nosnet.Protocol"]
                     from file in Directory.EnumerateFiles(Path.Combine(Source(), project), "*.cs", SearchOption.AllDirectories)
                     from line in File.ReadLines(file)
                     where line.Contains('"') && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                     from route in CommandWords.Route().Matches(line.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal))
                     select route.Value).Distinct().ToList();
        named.Count.ShouldBeGreaterThan(15);
        named.Where(route => CommandWords.Command(route) is null && !WithoutCommand.ContainsKey(route)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_command_in_the_place_of_a_route_is_there()
    {
        foreach (var command in CommandWords.Commands.Values)
        {
            var words = command.Split(' ').Skip(1).TakeWhile(word => char.IsAsciiLetterLower(word[0])).ToArray();
            (await Cli.RunAsync([.. words, "--help"])).Out.ShouldContain($"nosnet {string.Join(' ', words)}", customMessage: command);
        }
    }

    [Theory]
    [InlineData("There is no job J on your account. GET /api/jobs lists your jobs.", "There is no job J on your account. nosnet job list lists your jobs.")]
    [InlineData("Job J has no operation 'nope'. GET /api/jobs/J/ops lists what it has.", "Job J has no operation 'nope'. nosnet job ops J lists what it has.")]
    [InlineData("This network does not hold C. Pin it first (POST /pinning/pinFileToIPFS).", "This network does not hold C. Pin it first (nosnet ipfs add FILE).")]
    [InlineData("Remove those that nobody needs (DELETE /api/webhooks/{id}).", "Remove those that nobody needs (nosnet webhook delete ID).")]
    [InlineData("There is no vault 'x' on your account. GET /api/deployments/vaults lists yours.", "There is no vault 'x' on your account. nosnet vault list lists yours.")]
    [InlineData("The node N has no free slot now. Leave out 'node' to take any node of the market, or try again later.", "The node N has no free slot now. Leave out --node to take any node of the market, or try again later.")]
    [InlineData("This needs an API key, or a wallet's signature. Send a key as 'Authorization: Bearer nos_…'.", "This needs an API key, or a wallet's signature.")]
    [InlineData("This needs the job's owner. Send an API key as 'Authorization: Bearer nos_…', or the job's address signed by its owner as 'address:signature'.", "This needs the job's owner.")]
    [InlineData("There is no route GET /api/nothing. GET /openapi.json lists those there are.", "There is no route GET /api/nothing. GET /openapi.json lists those there are.")]
    [InlineData("A timeout of 86401 seconds is out of range: the market gpu takes 1 to 86400 seconds.", "A timeout of 1d1s is out of range: the market gpu takes 1s to 1d.")]
    [InlineData(
        "Job J cannot be extended by 172800 seconds: it has 3600 of the 86400 seconds that the market gpu allows. Extend by 1 to 82800 seconds.",
        "Job J cannot be extended by 2d: it has 1h of the 1d that the market gpu allows. Extend by 1s to 23h.")]
    public void A_sentence_is_said_in_commands_options_and_durations(string said, string shown) => CommandWords.Of(said).ShouldBe(shown);

    private static string Source([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "src");
}
