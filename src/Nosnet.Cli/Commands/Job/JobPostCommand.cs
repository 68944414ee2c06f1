using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class JobPostCommand : NetworkCommand
{
    private readonly Argument<string[]> _what = new("definition")
    {
        Description = "The job definition: a JSON file, or - for standard input. With --image, the command to run, after --.",
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
    private readonly Option<string?> _key = new("--idempotency-key")
    {
        Description = "A text of your own: a second post under it within 24 hours gives the first job again.",
        HelpName = "key",
    };

    private readonly Option<bool> _wait = new("--wait") { Description = "Show its progress and its log, and end with its outcome." };

    private readonly Option<bool> _confidential = new("--confidential") { Description = "Send the definition to the node alone, and keep definition and result off IPFS. Waits for a node." };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what it would cost and how long it would wait. Nothing is pinned or posted." };

    public JobPostCommand(Terminal terminal)
        : base(terminal, "post", "Pins a job definition and posts a job that runs it.")
    {
        Add(_what);
        Add(_image);
        Add(_market);
        Add(_timeout);
        Add(_node);
        Add(_key);
        Add(_wait);
        Add(_confidential);
        Add(_dryRun);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var definition = await DefinitionSource.ReadAsync(Terminal, parsed, _what, _image, cancellation);
        var market = await MarketChoice.MakeAsync(client, parsed.GetValue(_market), cancellation);
        if (parsed.GetValue(_dryRun))
            return await JobDryRun.RunAsync(Terminal, client, JobDefinitionParser.Parse(definition.GetRawText()).OrThrow(), market, parsed.GetValue(_timeout), parsed.GetValue(_node), WantsJson(parsed), cancellation);
        var confidential = parsed.GetValue(_confidential) ? JobDefinitionParser.Parse(definition.GetRawText()).OrThrow() : null;
        var pinned = confidential is null
            ? await client.Ipfs.AddAsync(definition, cancellation)
            : await client.Ipfs.AddAsync(JobsClient.StubOf(confidential), cancellation);
        var job = await PostAsync(client, Request(pinned, market, parsed), cancellation);

        Terminal.Say($"Posted {job.Address}{(job.Credits is { } credits ? $"; reserved {credits.CostUsd}" : "")}.");
        foreach (var warning in job.Warnings)
            Terminal.Say($"Warning: {Plain.Text(CommandWords.Of(warning))}");
        // Only now: who loses patience with a full market has to know which job to stop.
        if (confidential is not null)
            await client.Jobs.SendDefinitionAsync(job.Address, confidential, cancellation);
        if (parsed.GetValue(_wait))
            return await WaitAsync(job, WantsJson(parsed), cancellation);
        if (WantsJson(parsed))
            Terminal.PrintJson(job.Json);
        else
            Terminal.Print(job.Address.ToString());
        return ExitCodes.Ok;
    }

    private PostJob Request(Cid cid, MarketId market, ParseResult parsed)
    {
        try
        {
            return new PostJob(cid, market) { Timeout = parsed.GetValue(_timeout), Node = parsed.GetValue(_node), IdempotencyKey = parsed.GetValue(_key) };
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private async Task<PostedJob> PostAsync(NosanaClient client, PostJob request, CancellationToken cancellation)
    {
        try
        {
            return await client.Jobs.PostAsync(request, cancellation);
        }
        catch (NosanaConnectionException e) when (e is { MayHaveBeenCarriedOut: true, IdempotencyKey: { } key })
        {
            Terminal.Say($"To ask again without posting twice, add: --idempotency-key {key}");
            throw;
        }
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
