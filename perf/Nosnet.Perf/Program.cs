using System.Globalization;
using Nosnet.Perf;

// Measures on this machine, beside the limit that each path has. Without an argument it measures all there is, and writes perf/results.
return args switch
{
    [] => await WholeRun.RunAsync(),
    ["due-tasks"] => await DueTasks.RunAsync(store: null),
    ["due-tasks", "--store", var store] => await DueTasks.RunAsync(store),
    ["hardening"] => await ShowAsync(Hardening.RunAsync(rounds: 40)),
    ["hardening", var rounds] => await ShowAsync(Hardening.RunAsync(int.Parse(rounds, CultureInfo.InvariantCulture))),
    ["job-latency"] => await ShowAsync(JobLatency.RunAsync(rounds: 30)),
    ["job-latency", var rounds] => await ShowAsync(JobLatency.RunAsync(int.Parse(rounds, CultureInfo.InvariantCulture))),
    ["job-steps"] => await ShowAsync(JobSteps.RunAsync()),
    ["job-steps", "--store", var store] => await ShowAsync(JobSteps.RunAsync(store)),
    ["post-rate"] => await ShowAsync(PostRate.RunAsync()),
    ["postgres-rate"] => await ShowAsync(PostgresRate.RunAsync()),
    ["raw-sqlite"] => await ShowAsync(RawSqlite.RunAsync()),
    ["queue-length"] => await ShowAsync(QueueLength.RunAsync()),
    ["idle-nodes"] => await ShowAsync(IdleNodes.RunAsync()),
    ["node-told"] => await ShowAsync(NodeTold.RunAsync()),
    ["peers"] => await ShowAsync(PeerRates.RunAsync()),
    ["service-speed"] => await ShowAsync(ServiceSpeed.RunAsync(1L << 30)),
    [MeasuredServer.Command, var directory] => await MeasuredServer.ServeAsync(directory, store: null),
    [MeasuredServer.Command, var directory, var store] => await MeasuredServer.ServeAsync(directory, store),
    [Echo.Command] => await Echo.RunAsync(),
    [YarpAlone.Command, var destination] => await YarpAlone.RunAsync(destination),
    _ => Usage(),
};

static async Task<int> ShowAsync<TPage>(Task<TPage> measuring)
    where TPage : Page
{
    Console.WriteLine($"{(await measuring).Markdown}\n\nMeasured on {Machine.Describe()}; load {Machine.Load()}.");
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("perf/run                        all of it, written to perf/results and into the README");
    Console.Error.WriteLine("perf/run due-tasks [--store S]  10,000 deployments whose tasks fall due in one second");
    Console.Error.WriteLine("perf/run hardening [ROUNDS]     a container in a job's box, beside one as the engine makes it by itself");
    Console.Error.WriteLine("perf/run idle-nodes             what 10,000 idle nodes cost a server");
    Console.Error.WriteLine("perf/run job-latency [ROUNDS]   posting to the end of a job that runs `true`, beside `podman run --rm`");
    Console.Error.WriteLine("perf/run job-steps              jobs claimed, started and settled a second by simulated nodes");
    Console.Error.WriteLine("perf/run micro                  the functions that are called most, each by itself");
    Console.Error.WriteLine("perf/run node-told              posting to an idle node being told, at 1,000 posts a second");
    Console.Error.WriteLine("perf/run peers                  what pg-boss, graphile-worker and Hangfire come to here");
    Console.Error.WriteLine("perf/run post-rate              jobs posted and read a second over HTTP, beside an echo of the same bodies");
    Console.Error.WriteLine("perf/run postgres-rate          jobs posted a second over HTTP to a server over PostgreSQL, beside pgbench");
    Console.Error.WriteLine("perf/run queue-length           posting and claiming while a million jobs wait, beside a short queue");
    Console.Error.WriteLine("perf/run raw-sqlite             SQLite alone with rows of the same kind");
    Console.Error.WriteLine("perf/run service-speed          an exposed service through the tunnel, beside YARP alone and the container straight");
    return 2;
}
