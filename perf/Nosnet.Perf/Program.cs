using Nosnet.Perf;

// Measures on this machine, beside the limit that each path has, and writes what it saw to perf/results.
return args switch
{
    ["job-latency"] => await JobLatency.RunAsync(rounds: 30),
    ["job-latency", var rounds] => await JobLatency.RunAsync(int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture)),
    ["post-rate"] => await PostRate.RunAsync(),
    ["service-speed"] => await ServiceSpeed.RunAsync(1L << 30),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("perf/run job-latency [ROUNDS]   posting to the end of a job that runs `true`, beside `podman run --rm`");
    Console.Error.WriteLine("perf/run post-rate              jobs posted a second over HTTP, beside an echo of the same bodies");
    Console.Error.WriteLine("perf/run service-speed          an exposed service through the tunnel, beside YARP alone and the container straight");
    return 2;
}
