using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class JobPostCommand : NetworkCommand
{
    private readonly Argument<string[]> _what = new("definition")
    {
        Description = "The job definition: a JSON file, or - for standard input. With --image, the command to run.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _image = new("--image")
    {
        Description = "Run a command in this image instead: --image busybox -- echo hi",
        HelpName = "image",
    };

    private readonly Option<string?> _market = new("--market")
    {
        Description = "The market, by address or short name. [default: the network's only one]",
        HelpName = "market",
    };

    private readonly Option<TimeSpan?> _timeout = Durations.Option("--timeout", "The longest it may run: 90s, 60m, 2h. A bare number is minutes. [default: 1h]");
    private readonly Option<NodeAddress?> _node = Parsed.Option<NodeAddress>("--node", "The one node that may run it. [default: any]", "address");
    private readonly Option<bool> _wait = new("--wait") { Description = "Show its progress and its log, and end with its outcome." };

    public JobPostCommand(Terminal terminal)
        : base(terminal, "post", "Pins a job definition and posts a job that runs it.")
    {
        Add(_what);
        Add(_image);
        Add(_market);
        Add(_timeout);
        Add(_node);
        Add(_wait);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var definition = await DefinitionSource.ReadAsync(Terminal, parsed.GetValue(_what) ?? [], parsed.GetValue(_image), cancellation);
        var market = await MarketChoice.MakeAsync(client, parsed.GetValue(_market), cancellation);
        var cid = await client.Ipfs.AddAsync(definition, cancellation);
        var request = new PostJob(cid, market) { Timeout = parsed.GetValue(_timeout), Node = parsed.GetValue(_node) };
        var job = await client.Jobs.PostAsync(request, cancellation);

        Terminal.Say($"Posted {job.Address}{(job.Credits is { } credits ? $"; reserved {credits.CostUsd}" : "")}.");
        if (parsed.GetValue(_wait))
            return await WaitAsync(job, WantsJson(parsed), cancellation);
        if (WantsJson(parsed))
            Terminal.PrintJson(job.Json);
        else
            Terminal.Print(job.Address.ToString());
        return ExitCodes.Ok;
    }

    private async Task<int> WaitAsync(PostedJob job, bool json, CancellationToken cancellation)
    {
        // Whoever wants JSON gets the ended job alone; the log is talk then.
        var watch = new JobWatch(Terminal, json ? Terminal.Error : Terminal.Out);
        try
        {
            var ended = await watch.FollowAsync(job.FollowAsync(cancellationToken: cancellation));
            JobSummary.Say(Terminal, ended, job.Credits?.CostUsd);
            if (json)
                Terminal.PrintJson(ended.Json);
            return ExitCodes.Of(ended);
        }
        catch (Exception e) when (e is OperationCanceledException or NosanaException)
        {
            Terminal.Say($"The job goes on. To go on watching: nosnet job logs {job.Address} – to end it: nosnet job stop {job.Address}");
            throw;
        }
    }
}
