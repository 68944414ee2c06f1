using System.Diagnostics;
using System.Globalization;
using Hangfire;
using Hangfire.PostgreSql;
using Nosnet.Peers;

// Jobs that Hangfire takes in and carries out a second, over the PostgreSQL database that it is told.
const int workers = 20;
var time = TimeSpan.FromSeconds(4);

GlobalConfiguration.Configuration.UsePostgreSqlStorage(
    options => options.UseNpgsqlConnection($"{args[0]};Maximum Pool Size=50"), new PostgreSqlStorageOptions { QueuePollInterval = TimeSpan.FromMilliseconds(50) });

// The first sets its tables up.
BackgroundJob.Enqueue(() => Work.Do(60));
var count = 0L;
var start = Stopwatch.GetTimestamp();
// Threads of their own: the pool would begin with as many as there are processors.
var callers = Enumerable.Range(0, workers).Select(_ => new Thread(() =>
{
    while (Stopwatch.GetElapsedTime(start) < time)
    {
        BackgroundJob.Enqueue(() => Work.Do(60));
        Interlocked.Increment(ref count);
    }
})).ToList();
callers.ForEach(static caller => caller.Start());
callers.ForEach(static caller => caller.Join());
Tell("enqueue", count / Stopwatch.GetElapsedTime(start).TotalSeconds);

// What is in the queue by now may be less than the workers come to.
for (var i = 0; i < 500; i++)
    BackgroundJob.Enqueue(() => Work.Do(60));
start = Stopwatch.GetTimestamp();
using (new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = workers }))
{
    while (Stopwatch.GetElapsedTime(start) < time && Work.Done < count + 501)
        await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    Tell("run", Work.Done / Stopwatch.GetElapsedTime(start).TotalSeconds);
}

static void Tell(string name, double rate) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{rate:F1}"));
