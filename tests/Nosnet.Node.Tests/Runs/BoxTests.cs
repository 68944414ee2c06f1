using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Protocol;
using static Nosnet.Node.Tests.RunScene;

namespace Nosnet.Node.Tests;

/// <summary>What a job reaches of what is around it, and what a policy takes from it.</summary>
public sealed class BoxTests(PodmanFixture podman)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static RunSettings With(NodePolicy policy) => NewSettings() with { Policy = policy };

    /// <param name="patience">In seconds. What is dropped takes all of it; what is answered has to be, however busy the machine is.</param>
    private static string Dial(string address, int port, int patience = 2) => $"nc -w {patience} {address} {port} </dev/null >/dev/null 2>&1 && echo reached || echo closed";

    [Fact]
    public async Task A_job_reaches_neither_link_local_addresses_nor_the_services_of_this_machine()
    {
        (await new JobFirewall(TimeProvider.System, NullLogger.Instance).EnsureAsync(Cancelled)).ShouldBeTrue();
        await using var metadata = await Listener.StartAsync(IPAddress.Parse($"169.254.{Random.Shared.Next(1, 168)}.{Random.Shared.Next(1, 255)}"));
        var machine = await Listener.MachineAsync();
        string Dials(int patience) =>
            $"{Dial($"{metadata.Address}", metadata.Port, patience)}; {Dial($"{machine}", metadata.Port, patience)}; {Dial("127.0.0.1", metadata.Port, patience)}; "
            + $"g=$(ip route | sed -n 's/^default via \\([0-9.]*\\).*/\\1/p'); {Dial("$g", metadata.Port, patience)}";
        await using var scene = new RunScene(podman, Job(Run("job", Dials(patience: 2))));
        (await scene.ExecuteAsync()).Reason.ShouldBe(EndReason.Completed);
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBe(["closed", "closed", "closed", "closed"]);
        // A container on a network that is no job's is answered: so it is the rules that keep the job from it.
        (await OutsideAsync(Dials(patience: 120))).ShouldBe("reached\nreached\nclosed\nreached\n");
    }

    [Fact]
    public async Task A_job_does_not_reach_the_container_of_another_nor_does_it_when_a_third_one_ends()
    {
        (await new JobFirewall(TimeProvider.System, NullLogger.Instance).EnsureAsync(Cancelled)).ShouldBeTrue();
        await using var server = new RunScene(podman, Job(Run("server", "httpd -p 8000 -h /etc; echo ready; sleep 600")), NewSettings() with { StopGrace = TimeSpan.FromSeconds(1) });
        var serving = server.ExecuteAsync();
        await server.EntryAsync(entry => entry.Message == "ready");
        var address = await AddressAsync(server);
        await using var other = new RunScene(
            podman, Job(Run("other", $"echo up; while true; do {Dial($"{address}", 8000)}; done")), NewSettings() with { StopGrace = TimeSpan.FromSeconds(1) });
        var dialling = other.ExecuteAsync();
        await other.EntryAsync(entry => entry.Message == "up");
        await using (var third = new RunScene(podman, Job(Run("third", "true"))))
            (await third.ExecuteAsync()).Reason.ShouldBe(EndReason.Completed);

        var (enough, seen) = ((await other.LinesAsync(LogKind.Stdout)).Length + 3, 0);
        await other.EntryAsync(entry => entry.Kind is LogKind.Stdout && ++seen == enough);

        (await other.LinesAsync(LogKind.Stdout)).Distinct().ShouldBe(["up", "closed"]);
        (await IsOpenAsync(address, 8000)).ShouldBeTrue();
        other.Execution.Stop(Halt.StoppedByOwner);
        server.Execution.Stop(Halt.StoppedByOwner);
        await Task.WhenAll(dialling, serving);
    }

    [Fact]
    public async Task Without_egress_a_job_has_no_way_out_and_the_node_still_reaches_its_ports()
    {
        await using var scene = new RunScene(
            podman,
            Job(
                Run("server", "httpd -p 8000 -h /etc; echo $(ip route | grep -c default); sleep 600") with { Execution = new() { Group = "g" } },
                Run("client", "until nc server 8000 </dev/null 2>/dev/null; do sleep 0.1; done; echo reached") with { Execution = new() { Group = "g", DependsOn = ["server"] } }),
            With(new NodePolicy { Egress = Egress.None }) with { StopGrace = TimeSpan.FromSeconds(1) });
        var run = scene.ExecuteAsync();

        (await scene.EntryAsync(entry => entry is { OpId: "server", Kind: LogKind.Stdout })).Message.ShouldBe("0");
        await scene.EntryAsync(entry => entry is { OpId: "client", Message: "reached" });
        (await IsOpenAsync(await AddressAsync(scene, "server"), 8000)).ShouldBeTrue();
        scene.Execution.Stop(Halt.StoppedByOwner);
        await run;
    }

    [Fact]
    public async Task With_a_read_only_root_a_job_writes_to_its_volumes_and_tmp_alone()
    {
        const string command = "for p in /f /etc/f /tmp/f /run/f /data/f; do (echo x > $p) 2>/dev/null && echo $p; done; true";
        await using var scene = new RunScene(
            podman, Job(Run("job", command) with { Volumes = [new VolumeMount("v", "/data")] }), With(new NodePolicy { ReadOnlyRoot = true }));
        (await scene.ExecuteAsync()).Reason.ShouldBe(EndReason.Completed);
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBe(["/tmp/f", "/run/f", "/data/f"]);
    }

    [Theory]
    [InlineData("ghcr.io/acme/tool:1")]
    [InlineData("%%global.variables.image%%")]
    public async Task An_image_that_the_policy_does_not_allow_ends_the_job_before_anything_is_pulled(string image)
    {
        var job = Job(Run("job", "true", image)) with { Global = new() { Variables = new([new("image", "ghcr.io/acme/tool:1")]) } };
        await using var scene = new RunScene(podman, job, With(new NodePolicy { AllowedRegistries = ["docker.io/library"] }));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.RefusedByPolicy);
        outcome.Result.Operations[0].Errors.Single().Message.ShouldBe(
            "The image ghcr.io/acme/tool is not allowed by this node's policy (allowedRegistries), which takes images of docker.io/library.");
    }

    private async Task<string> OutsideAsync(string command)
    {
        var labels = Labels.Of(Guid.NewGuid().ToString(), NodeAddress.From(Some.Bytes()));
        var container = await podman.Engine.CreateContainerAsync(
            new ContainerSpec
            {
                Name = $"nosnet-outside-{Guid.NewGuid():N}",
                Image = SampleImage.Name,
                Command = ["sh", "-c", command],
                Network = "podman",
                Labels = labels,
                Limits = NewSettings().Limits,
            },
            Cancelled);
        try
        {
            var text = "";
            await using var output = await podman.Engine.AttachAsync(container, Cancelled);
            await podman.Engine.StartContainerAsync(container, Cancelled);
            while (await output.ReadAsync(Cancelled) is { } piece)
                text += System.Text.Encoding.UTF8.GetString(piece.Bytes.Span);
            return text;
        }
        finally
        {
            await podman.Engine.RemoveAsync(EngineObjectKind.Container, container, CancellationToken.None);
        }
    }

    private async Task<IPAddress> AddressAsync(RunScene scene, string? operation = null)
    {
        foreach (var item in await podman.Engine.ListAsync(EngineObjectKind.Container, scene.Settings.Labels, Cancelled))
        {
            if (operation is null || item.Labels[Labels.Operation] == operation)
                return (await podman.Engine.InspectContainerAsync(item.Id, Cancelled)).ShouldNotBeNull().Address.ShouldNotBeNull();
        }
        throw new InvalidOperationException("There is no such container.");
    }

    private static async Task<bool> IsOpenAsync(IPAddress address, int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address, port, Cancelled);
        return client.Connected;
    }

    /// <summary>Answers on every address of this machine, a link-local one among them for as long as it lives.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Any, 0);
        private Task _answering = Task.CompletedTask;

        private Listener(IPAddress address) => Address = address;

        public IPAddress Address { get; }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public static async Task<Listener> StartAsync(IPAddress address)
        {
            await IpAsync("add", address);
            var listener = new Listener(address);
            listener._listener.Start();
            listener._answering = listener.AnswerAsync();
            (await IsOpenAsync(address, listener.Port)).ShouldBeTrue();
            return listener;
        }

        /// <summary>The address by which this machine is known outside.</summary>
        public static async Task<IPAddress> MachineAsync()
        {
            // No packet is sent by this; it only asks which address would be the sender's.
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.123"), 9), Cancelled);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await IpAsync("del", Address);
        }

        private async Task AnswerAsync()
        {
            while (true)
                (await _listener.AcceptTcpClientAsync()).Dispose();
        }

        private static async Task IpAsync(string verb, IPAddress address)
        {
            using var process = Process.Start(new ProcessStartInfo("ip", ["address", verb, $"{address}/32", "dev", "lo"]) { RedirectStandardError = true })!;
            var words = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(0, words);
        }
    }
}
