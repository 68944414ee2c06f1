using System.CommandLine;
using System.Globalization;
using Nosnet.Node;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>What a node gives of its machine to jobs, and what it lets them do.</summary>
internal sealed class MachineOptions
{
    private const int MostSlots = 1_000;

    private readonly Option<int> _slots = new("--slots") { Description = "How many jobs the node runs at once.", HelpName = "number", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _policy = new("--policy") { Description = "A JSON file that says what jobs may do on this node.", HelpName = "file" };

    private readonly Option<GpuChoice> _gpus = new("--gpu")
    {
        Description = "Which GPUs of this machine jobs may have. [default: all]",
        HelpName = "all|none|0,1",
        CustomParser = result =>
        {
            if (GpuChoice.Parse(result.Tokens[0].Value) is { } choice)
                return choice;
            result.AddError($"--gpu takes all, none or the numbers of GPUs between commas, such as 0,1; not '{result.Tokens[0].Value}'.");
            return GpuChoice.None;
        },
    };

    private readonly Option<bool> _sharesGpus = new("--share-gpus") { Description = "Let several jobs at once be on one GPU." };
    private readonly DownloadOptions _downloads = new();

    public MachineOptions() => _slots.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var number) && number is (< 1 or > MostSlots))
            result.AddError($"A node has 1 to {MostSlots} slots.");
    });

    private IEnumerable<Option> All => [_slots, _policy, _gpus, _sharesGpus, .. _downloads.All];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Add(option);
    }

    /// <summary>Adds them to a command in which they mean something beside another option alone.</summary>
    public void AddTo(Command command, Option<bool> node)
    {
        AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(node))
                return;
            foreach (var option in All.Where(o => result.GetResult(o) is { Implicit: false }))
                result.AddError($"{option.Name} needs {node.Name}: it is about the node beside the server.");
        });
    }

    public MachineSettings Read(ParseResult parsed) => new()
    {
        Slots = parsed.GetValue(_slots),
        Policy = ReadPolicy(parsed.GetValue(_policy)),
        Gpus = (parsed.GetValue(_gpus) ?? GpuChoice.All) with { Shared = parsed.GetValue(_sharesGpus) },
        Resources = _downloads.Read(parsed),
    };

    /// <summary>Reads a policy file; without one nothing is restricted beyond what a node does by itself.</summary>
    private static NodePolicy ReadPolicy(string? path)
    {
        if (path is null)
            return new NodePolicy();
        try
        {
            return NodePolicyParser.Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The policy {path} cannot be read: {e.Message}");
        }
        catch (InvalidNodePolicyException e)
        {
            throw new UsageException($"{path}: {e.Message}");
        }
    }
}

/// <summary>What these options say; as it is, what they say where none is given.</summary>
internal sealed record MachineSettings
{
    public int Slots { get; init; } = 1;
    public NodePolicy Policy { get; init; } = new();
    public GpuChoice Gpus { get; init; } = GpuChoice.All;
    public ResourceOptions Resources { get; init; } = new();
}
