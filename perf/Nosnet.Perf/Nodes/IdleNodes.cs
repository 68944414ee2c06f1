using System.Diagnostics;
using System.Globalization;

namespace Nosnet.Perf;

/// <param name="Markdown">What was seen.</param>
/// <param name="Nodes">How many nodes there were.</param>
/// <param name="BytesEach">The server's memory for each.</param>
/// <param name="Beats">How much of one core their heartbeats take.</param>
/// <param name="Rest">How much the rest takes that the server does meanwhile: pings through the tunnels, and looking for what is due.</param>
/// <param name="Echoed">How much of one core an echo of the same heartbeats takes.</param>
internal sealed record IdleNodesPage(string Markdown, int Nodes, double BytesEach, double Beats, double Rest, double Echoed) : Page(Markdown);

/// <summary>What a server spends on nodes that are connected, beat, and have nothing to do.</summary>
internal static class IdleNodes
{
    private const int Nodes = 10_000;
    private const int AtOnce = 64;

    // What the process needs beside the connections that it counts here.
    private const int OtherFiles = 500;

    // As a node beats that runs nothing.
    private static readonly TimeSpan BeatPeriod = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Measure = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<IdleNodesPage> RunAsync()
    {
        using var temporary = new TempDirectory();
        using var server = await MeasuredServer.StartAsync(Path.Combine(temporary.Path, "server"));
        var nodes = new LoadNode[Nodes];
        await EachAsync(async (caller, i) => nodes[i] = await LoadNode.RegisterAsync(caller, server.Url), server.Url);
        var before = await server.MemoryAsync();
        var echoed = await EchoAsync(nodes);

        // A node has two connections, its tunnel and that of its calls; where there may not be as many, some calls share one.
        var callers = await DialAsync(server.Url);
        await EachAsync(async (caller, i) =>
        {
            var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = LoadTunnel.ServeAsync(nodes[i], static _ => { }, opened);
            await opened.Task.WaitAsync(Patience, TimeProvider.System);
            await caller.AskAsync(nodes[i].Join(slots: 1));
        }, server.Url);

        var (perSecond, cpu) = await BeatAsync(server, nodes, callers);
        var each = (await server.MemoryAsync() - before) / (double)Nodes;
        // For so long the nodes may be silent without losing their place.
        var rest = await CpuAsync(server, Silence);
        return new IdleNodesPage(string.Create(CultureInfo.InvariantCulture, $"""
            # Idle nodes on one server

            {Nodes:N0} nodes, each with its tunnel open and waiting in a market; {callers.Length:N0} of them have a connection of their own for their heartbeats, the others
            share those (a process may have {MostFiles():N0} files open here). Memory is the server's resident set after its garbage is collected, less that before
            they connected. The processor's time is that of the process that answers: for {Measure.TotalSeconds:0} s with heartbeats, and for {Silence.TotalSeconds:0} s without, when pings go through
            the tunnels alone. The limit is an echo of the same heartbeats at the same pace, where each comes alone and wakes whoever answers it.

            | nodes | KB each | heartbeats/s | of one core | without heartbeats | µs a heartbeat | echo of one, µs |
            |---|---|---|---|---|---|---|
            | {Nodes:N0} | {each / 1000:F1} | {perSecond:N0} | {cpu:P1} | {rest:P1} | {(cpu - rest) * 1e6 / perSecond:F1} | {echoed.Cpu * 1e6 / echoed.PerSecond:F1} |
            """), Nodes, each, cpu - rest, rest, echoed.Cpu);
    }

    private static async Task<(double PerSecond, double Cpu)> EchoAsync(LoadNode[] nodes)
    {
        using var echo = await OwnProcess.StartAsync(Echo.Command);
        var callers = await DialAsync(echo.Url);
        var beaten = await BeatAsync(echo, nodes, callers);
        foreach (var (caller, turn) in callers)
        {
            caller.Dispose();
            turn.Dispose();
        }

        return beaten;
    }

    /// <summary>Has all nodes beat; how often a second they do, and how much of one core that takes of the process.</summary>
    private static async Task<(double PerSecond, double Cpu)> BeatAsync(OwnProcess process, LoadNode[] nodes, (Caller Caller, SemaphoreSlim Turn)[] callers)
    {
        using var stop = new CancellationTokenSource();
        var beats = 0L;
        var living = nodes.Select((node, i) => LiveAsync(node, callers[i % callers.Length], () => Interlocked.Increment(ref beats), stop.Token)).ToArray();
        await Task.Delay(Settle, TimeProvider.System);
        Interlocked.Exchange(ref beats, 0);
        var cpu = await CpuAsync(process, Measure);
        var perSecond = Interlocked.Read(ref beats) / Measure.TotalSeconds;
        await stop.CancelAsync();
        await Task.WhenAll(living);
        return (perSecond, cpu);
    }

    private static async Task LiveAsync(LoadNode node, (Caller Caller, SemaphoreSlim Turn) connection, Action beaten, CancellationToken stop)
    {
        var pause = BeatPeriod * Random.Shared.NextDouble();
        while (true)
        {
            await Task.Delay(pause, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
                return;
            await connection.Turn.WaitAsync(CancellationToken.None);
            await connection.Caller.AskAsync(node.Beat);
            connection.Turn.Release();
            beaten();
            pause = BeatPeriod;
        }
    }

    /// <summary>As many connections as this process may have beside the tunnels.</summary>
    private static async Task<(Caller Caller, SemaphoreSlim Turn)[]> DialAsync(Uri server)
    {
        var callers = new (Caller Caller, SemaphoreSlim Turn)[Math.Clamp(MostFiles() - Nodes - OtherFiles, AtOnce, Nodes)];
        await EachAsync(async (_, i) =>
        {
            if (i < callers.Length)
                callers[i] = (await Caller.DialAsync(server), new SemaphoreSlim(1, 1));
        }, server);
        return callers;
    }

    private static async Task<double> CpuAsync(OwnProcess process, TimeSpan time)
    {
        var (start, before) = (Stopwatch.GetTimestamp(), process.Cpu());
        await Task.Delay(time, TimeProvider.System);
        return (process.Cpu() - before) / Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static Task EachAsync(Func<Caller, int, Task> work, Uri server)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            using var caller = await Caller.DialAsync(server);
            for (var i = Interlocked.Increment(ref next); i < Nodes; i = Interlocked.Increment(ref next))
                await work(caller, i);
        }));
    }

    private static int MostFiles() =>
        int.Parse(File.ReadLines("/proc/self/limits").Single(l => l.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[4], CultureInfo.InvariantCulture);
}
