using Nosnet.Client;
using Nosnet.Protocol;

// The API key comes from NOSANA_API_KEY, the network from NOSNET_URL.
using var client = new NosanaClient();

var definition = new JobDefinition
{
    Ops = [new ContainerRun("hello") { Image = "busybox", Cmd = ["echo", "Hello from the network"] }],
};
var cid = await client.Ipfs.AddAsync(definition);

var job = await client.Jobs.PostAsync(new PostJob(cid, "CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ")
{
    Timeout = TimeSpan.FromMinutes(5),
});
Console.WriteLine($"Posted {job.Address}, reserved {job.Credits?.CostUsd}");

await foreach (var update in job.FollowAsync())
{
    var line = update switch
    {
        JobMoved moved => $"[{moved.Progress.Status}]",
        JobLogged logged => logged.Entry.Message,
        JobEnded ended => $"{ended.Job.Status}: result {ended.Job.ResultCid}, cost {ended.Job.Cost}",
        _ => "",
    };
    Console.WriteLine(line);
}
