using System.Diagnostics;
using System.Globalization;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Node;
using Nosnet.Protocol;
using ContainerSpec = Nosnet.Node.ContainerSpec;

namespace Nosnet.Perf;

/// <param name="Markdown">What was seen.</param>
/// <param name="Change">By how much the box changes the median.</param>
internal sealed record HardeningPage(string Markdown, double Change) : Page(Markdown);

/// <summary>
/// A container that runs <c>true</c>, made, started and heard to its end through the engine's API: in a job's box, and as the engine makes
/// it by itself on a network of the same kind, in turn.
/// </summary>
internal static class Hardening
{
    public static async Task<HardeningPage> RunAsync(int rounds)
    {
        using var temporary = new TempDirectory();
        await using var located = await new EngineLocator(TimeProvider.System, NullLoggerFactory.Instance).LocateAsync(EngineSearch.OnThisMachine(temporary.Path), default);
        var engine = (DockerEngine)located.Engine;
        await new SampleImage(engine, TimeProvider.System).EnsureAsync(Console.Error.WriteLine, default);
        var mark = $"nosnet-perf-{Environment.ProcessId}";
        var labels = new Labels([new("nosnet.perf", mark)]);
        await engine.CreateNetworkAsync(mark, labels, Egress.Open, default);

        var boxed = new Figures("in a job's box");
        var bare = new Figures("as the engine makes it");
        var networks = new Figures("the job's network, made and removed");
        try
        {
            for (var round = -2; round < rounds; round++)
            {
                // Each is the first of its pair every other time.
                var (first, second) = round % 2 == 0 ? (Boxed(mark, labels), Bare(mark, labels)) : (Bare(mark, labels), Boxed(mark, labels));
                var (one, two) = (await TimeAsync(() => RunContainerAsync(engine, first)), await TimeAsync(() => RunContainerAsync(engine, second)));
                var network = await TimeAsync(() => MakeNetworkAsync(engine, $"{mark}-{round}", labels));
                if (round < 0)
                    continue; // The first two warm up.
                (round % 2 == 0 ? boxed : bare).Add(one);
                (round % 2 == 0 ? bare : boxed).Add(two);
                networks.Add(network);
            }
        }
        finally
        {
            foreach (var kind in (EngineObjectKind[])[EngineObjectKind.Container, EngineObjectKind.Network])
            {
                foreach (var item in await engine.ListAsync(kind, labels, default))
                    await engine.RemoveAsync(kind, item.Id, default);
            }
        }

        return new HardeningPage(Report(rounds, boxed, bare, networks, located.Description), Change(boxed, bare));
    }

    private static double Change(Figures boxed, Figures bare) => boxed.Median / bare.Median - 1;

    private static CreateContainerParameters Boxed(string network, Labels labels) => ContainerParameters.For(new ContainerSpec
    {
        Name = $"nosnet-perf-{Guid.NewGuid():N}",
        Image = SampleImage.Name,
        Command = ["true"],
        Network = network,
        Aliases = ["one", "two"],
        Labels = labels,
        Limits = ContainerLimits.ShareOfThisMachine(1),
    });

    private static CreateContainerParameters Bare(string network, Labels labels) => new()
    {
        Name = $"nosnet-perf-{Guid.NewGuid():N}",
        Image = SampleImage.Name,
        Cmd = ["true"],
        Labels = labels.Values.ToDictionary(),
        HostConfig = new HostConfig { NetworkMode = network },
    };

    private static async Task RunContainerAsync(DockerEngine engine, CreateContainerParameters parameters)
    {
        var container = await engine.CreateContainerAsync(parameters, default);
        await using (var output = await engine.AttachAsync(container, default))
        {
            await engine.StartContainerAsync(container, default);
            while (await output.ReadAsync(default) is not null)
            {
                // There is none; it ends with the container.
            }
        }
        var end = await engine.WaitForEndAsync(container, default);
        if (end.State.ExitCode != 0)
            throw new InvalidOperationException($"The container ended with exit code {end.State.ExitCode}.");
        await engine.RemoveAsync(EngineObjectKind.Container, container, default);
    }

    private static async Task MakeNetworkAsync(DockerEngine engine, string name, Labels labels)
    {
        await engine.CreateNetworkAsync(name, labels, Egress.Open, default);
        await engine.RemoveAsync(EngineObjectKind.Network, name, default);
    }

    private static string Report(int rounds, Figures boxed, Figures bare, Figures networks, string engine) => string.Create(CultureInfo.InvariantCulture, $"""
        # What the box costs a container

        {rounds} pairs of containers that run `true`, made, started, heard to their end and removed through the engine's API, one in a job's
        box (capabilities, no-new-privileges, limits of memory, processors, processes, shared memory and log), one as the engine makes it
        by itself, both on a network of the same kind; each is the first of its pair every other time. Milliseconds.

        | | fastest | median | 90 % | slowest |
        |---|---|---|---|---|
        {boxed.ToRow()}
        {bare.ToRow()}
        {networks.ToRow()}

        The box changes the median by {100 * Change(boxed, bare):+0.0;-0.0} %. A job's network is made once for all its containers. {engine}.
        """);

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started);
    }
}
