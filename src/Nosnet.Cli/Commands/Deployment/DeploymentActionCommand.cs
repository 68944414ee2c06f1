using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

/// <summary>A command that does one thing with a deployment and takes nothing but its name.</summary>
internal sealed class DeploymentActionCommand : DeploymentCommand
{
    private readonly Func<DeploymentHandle, CancellationToken, Task> _act;
    private readonly string _sentence;
    private readonly bool _isLast;

    private DeploymentActionCommand(Terminal terminal, string name, string description, string sentence, Func<DeploymentHandle, CancellationToken, Task> act, bool isLast = false)
        : base(terminal, name, description)
    {
        (_act, _sentence, _isLast) = (act, sentence, isLast);
        AddCommonOptions();
    }

    public static DeploymentActionCommand Start(Terminal terminal) =>
        new(terminal, "start", "Starts a deployment: its strategy posts jobs from now on.", "Started.", (d, c) => d.StartAsync(c));

    public static DeploymentActionCommand Stop(Terminal terminal) =>
        new(terminal, "stop", "Stops a deployment and its jobs.", "Its jobs are being stopped.", (d, c) => d.StopAsync(c));

    public static DeploymentActionCommand Archive(Terminal terminal) =>
        new(terminal, "archive", "Puts a stopped deployment away for good; it stays readable.", "Archived.", (d, c) => d.ArchiveAsync(c));

    public static DeploymentActionCommand Delete(Terminal terminal) =>
        new(terminal, "delete", "Deletes a stopped deployment with its revisions and events.", "Deleted.", (d, c) => d.DeleteAsync(c), isLast: true);

    protected override async Task<int> RunAsync(NosanaClient client, DeploymentHandle deployment, ParseResult parsed, CancellationToken cancellation)
    {
        await _act(deployment, cancellation);
        if (!_isLast)
            return await DoneAsync(deployment, parsed, _sentence, cancellation);
        Terminal.Say(_sentence);
        return ExitCodes.Ok;
    }
}
