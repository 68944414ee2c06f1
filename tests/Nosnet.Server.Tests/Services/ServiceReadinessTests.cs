using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>What the engine is told of the services of a deployment's jobs, from what their node says of each port.</summary>
public sealed class ServiceReadinessTests
{
    private const string Lost = DeploymentEventTypes.ServicesLost;
    private const string Back = DeploymentEventTypes.ServicesBack;
    private const string TwoPorts = """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"web","args":{"image":"busybox","cmd":["httpd"],"expose":[8080,8081]}}]}""";
    private static readonly int[] Ports = [8080, 8081];

    [Fact]
    public async Task A_job_is_ready_once_all_of_its_ports_answer()
    {
        await using var scene = await Scene.BeginAsync(jobs: 2);
        scene.Say(0, EndpointStatus.Online, EndpointStatus.Offline);
        scene.Say(1, EndpointStatus.Online, EndpointStatus.Online);
        await scene.IsReadyAsync(1);
        (await scene.JobAsync(0)).ReadyAt.ShouldBeNull("it was told of before the other");

        scene.Say(0, EndpointStatus.Online, EndpointStatus.Online);
        await scene.IsReadyAsync(0);
    }

    [Fact]
    public async Task A_job_whose_start_comes_after_its_ports_is_ready_with_the_next_word_of_its_node()
    {
        await using var scene = await Scene.BeginAsync(jobs: 2, started: 1);
        scene.Say(1, EndpointStatus.Online, EndpointStatus.Online);
        scene.Say(0, EndpointStatus.Online, EndpointStatus.Online);
        await scene.IsReadyAsync(0);
        (await scene.JobAsync(1)).ReadyAt.ShouldBeNull("its containers had not started");

        await scene.StartAsync(1);
        scene.Say(1, EndpointStatus.Online, EndpointStatus.Online);
        await scene.IsReadyAsync(1);
    }

    [Fact]
    public async Task One_port_that_is_gone_is_told_of_once_and_its_return_too()
    {
        await using var scene = await Scene.BeginAsync(jobs: 1);
        scene.Say(0, EndpointStatus.Online, EndpointStatus.Online);
        await scene.IsReadyAsync(0);

        scene.Say(0, EndpointStatus.Online, EndpointStatus.Offline);
        await scene.TellsAsync(Lost);
        scene.Say(0, EndpointStatus.Online, EndpointStatus.Offline);
        scene.Say(0, EndpointStatus.Online, EndpointStatus.Online);
        await scene.TellsAsync(Lost, Back);
    }

    [Fact]
    public async Task What_is_gone_when_a_server_begins_is_told_of()
    {
        await using var scene = await Scene.BeginAsync(jobs: 1);
        scene.Say(0, EndpointStatus.Online, EndpointStatus.Online);
        await scene.IsReadyAsync(0);

        await scene.BeginAnewAsync();
        scene.Say(0, EndpointStatus.Offline, EndpointStatus.Offline);
        await scene.TellsAsync(Lost);

        await scene.BeginAnewAsync();
        scene.Say(0, EndpointStatus.Online, EndpointStatus.Online);
        await scene.TellsAsync(Lost, Back);
    }

    [Fact]
    public async Task A_job_of_which_its_node_has_said_nothing_is_neither_ready_nor_lost()
    {
        await using var scene = await Scene.BeginAsync(jobs: 2);
        scene.Say(0, EndpointStatus.Online, EndpointStatus.Online);
        scene.Say(1, EndpointStatus.Online, EndpointStatus.Online);
        await scene.IsReadyAsync(1);

        await scene.BeginAnewAsync();
        scene.Say(1, EndpointStatus.Offline, EndpointStatus.Offline);
        await scene.TellsAsync(Lost);
        (await scene.TasksAsync()).Where(t => t.Kind is DeploymentTaskKind.Stop).ShouldHaveSingleItem().Job.ShouldBe((await scene.JobAsync(1)).Key);
    }

    /// <summary>A deployment whose jobs a simulated node has, and an index of their ports that hears of what a test says alone.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly TestNetwork _network;
        private readonly SimulatedNode _node;
        private IReadOnlyList<Assignment> _runs = [];
        private string _deployment = "";
        private ServiceIndex _index = null!;
        private ServiceReadiness? _readiness;

        private Scene(TestNetwork network, SimulatedNode node) => (_network, _node) = (network, node);

        public static async Task<Scene> BeginAsync(int jobs, int? started = null)
        {
            var network = await TestNetwork.StartAsync();
            var scene = new Scene(network, await SimulatedNode.JoinedAsync(network, slots: jobs));
            scene._deployment = await network.CreateAsync(
                "INFINITE", ("replicas", jobs), ("autostart", true), ("job_definition", JsonElement.Parse(TwoPorts)));
            await network.UntilAsync(scene._deployment, d => d.GetProperty("jobs_listed").GetInt32() == jobs);
            scene._runs = (await scene._node.BeatAsync()).Assignments;
            for (var place = 0; place < (started ?? jobs); place++)
                await scene.StartAsync(place);
            await scene.BeginAnewAsync();
            return scene;
        }

        public async Task StartAsync(int place) => (await _node.StartAsync(_runs[place])).ShouldSucceed();

        /// <summary>As a server does that knows what is in the store, and has heard nothing of the ports.</summary>
        public async Task BeginAnewAsync()
        {
            await EndAsync();
            _index = new ServiceIndex(_network.Server.Services.GetRequiredService<ServiceIds>(), new SharedServices());
            _readiness = new ServiceReadiness(_network.Engine, _index, NullLogger<ServiceReadiness>.Instance);
            await _readiness.StartAsync(TestNetwork.Cancellation);
            for (var place = 0; place < _runs.Count; place++)
            {
                var job = await JobAsync(place);
                _index.Add(job.Key, (await _network.Server.Services.GetRequiredService<ServiceLists>().OfRunAsync(job, TestNetwork.Cancellation))!);
            }
        }

        /// <summary>What the node says of the ports of one of the runs.</summary>
        public void Say(int place, params IReadOnlyList<EndpointStatus> statuses) =>
            _index.Report(KeyOf(place), _runs[place].Run, [.. Ports.Zip(statuses, (port, status) => new ServiceReport(Operation: 0, port, status))]);

        public async Task<Job> JobAsync(int place) => (await _network.Engine.Read.JobAsync(KeyOf(place), TestNetwork.Cancellation))!;

        public async Task IsReadyAsync(int place) => await Eventually.SeesAsync(() => JobAsync(place), job => job.ReadyAt is not null, "the job is not ready");

        /// <summary>Waits until these are the events of the services, the oldest first.</summary>
        public async Task TellsAsync(params string[] types) => await Eventually.SeesAsync(
            async () => string.Join(' ', (await EventsAsync()).Where(t => t is Lost or Back)), seen => seen == string.Join(' ', types), "the events are others");

        public async Task<IReadOnlyList<DeploymentTask>> TasksAsync() =>
            (await _network.Engine.Read.TasksAsync((await RowAsync()).Key, new(), new Stretch(null, false, 100), TestNetwork.Cancellation)).Rows;

        public async ValueTask DisposeAsync()
        {
            await EndAsync();
            _node.Dispose();
            await _network.DisposeAsync();
        }

        private async Task EndAsync()
        {
            if (_readiness is null)
                return;
            await _readiness.StopAsync(TestNetwork.Cancellation);
            _readiness.Dispose();
        }

        private async Task<IEnumerable<string>> EventsAsync() =>
            (await _network.Engine.Read.EventsAsync((await RowAsync()).Key, new(), new Stretch(null, false, 100), TestNetwork.Cancellation)).Rows.Select(e => e.Type);

        private async Task<Deployment> RowAsync() => (await _network.Engine.Read.DeploymentAsync(DeploymentAddress.Parse(_deployment), TestNetwork.Cancellation))!;

        private long KeyOf(int place) =>
            _network.Engine.Addresses.TryJob(_runs[place].Job, out var key) ? key : throw new InvalidOperationException("The job's address is of no job.");
    }
}
