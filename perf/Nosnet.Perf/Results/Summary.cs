using System.Globalization;

namespace Nosnet.Perf;

/// <summary>One line of what is said of all measurements.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Figure">What it came to.</param>
/// <param name="Beside">What it was measured beside.</param>
/// <param name="Asked">What is asked of it; nothing where it is told only.</param>
/// <param name="IsReached">Whether it came to that; null where nothing is asked.</param>
internal sealed record SummaryRow(string Work, string Figure, string Beside, string Asked = "", bool? IsReached = null)
{
    public const string NotMeasured = "not measured";

    public override string ToString() => $"| {Work} | {Figure} | {Beside} | {Asked} | {(IsReached is null ? "" : IsReached.Value ? "yes" : "no")} |";
}

/// <summary>What all measurements came to, a row for each thing that is asked of them. Of what failed, the row says why.</summary>
internal sealed class Summary
{
    public const string Head = """
        | | | beside | asked | reached |
        |---|---|---|---|---|
        """;

    private const int LongestFailure = 120;

    private readonly Dictionary<Type, Page> _pages = [];
    private readonly Dictionary<Type, string> _failures = [];

    public void Add(Page page) => _pages[page.GetType()] = page;

    public void Fail(Type page, Exception failure) => _failures[page] = failure.Message.ReplaceLineEndings(" ").Replace('|', '/') is var text && text.Length > LongestFailure ? text[..LongestFailure] : text;

    public IReadOnlyList<SummaryRow> Rows() =>
    [
        Row<PostRatePage>("jobs posted over HTTP, one call each, 64 connections",
            p => $"{Many(p.One)} a second", p => $"{p.OneOfEcho:P0} of an echo of the same bodies{Peers(f => $"; pg-boss {Many(f.PgBoss["send"])}, graphile-worker {Many(f.GraphileWorker["add"])}, Hangfire {Many(f.Hangfire["enqueue"])}")}",
            "20,000 a second, 40 % of the echo", p => p.One >= 20_000 && p.OneOfEcho >= 0.4),
        // Two rates of one machine are never quite the same.
        Row<PostRatePage>("the same by 1,000 accounts instead of one", p => $"{Many(p.Many)} a second", p => $"{p.One / p.Many:P0} of that where one account posts all", "one account no slower than many", p => p.One >= 0.95 * p.Many),
        Row<PostRatePage>("the same in batches of 100",
            p => $"{Many(p.Batches)} a second", _ => Peers(f => $"pg-boss {Many(f.PgBoss["send in batches of 100"])}, without money"), "60,000 a second", p => p.Batches >= 60_000),
        Row<JobStepsPage>("jobs claimed, started, ended and settled, one call per step",
            p => $"{Many(p.Rate)} a second", _ => Peers(f => $"graphile-worker {Many(f.GraphileWorker["run"])} ({Many(f.GraphileWorker["run in batches"])} in batches), pg-boss {Many(f.PgBoss["fetch and complete"])}, Hangfire {Many(f.Hangfire["run"])}"),
            "8,000 a second", p => p.Rate >= 8_000),
        Row<PostgresRatePage>("jobs posted over HTTP, on PostgreSQL",
            p => $"{Many(p.One)} a second", p => $"{p.OneOfRaw:F1} × pgbench making the least transaction of that kind, {Many(p.Raw)}", "2 × pgbench", p => p.OneOfRaw >= 2),
        Row<PostgresRatePage>("the same by 1,000 accounts instead of one",
            p => $"{Many(p.Many)} a second", p => $"{p.ManyOfRaw:F1} × pgbench; {p.One / p.Many:P0} of that where one account posts all", "2 × pgbench, one account no slower than many", p => p.ManyOfRaw >= 2 && p.One >= 0.95 * p.Many),
        Row<RawSqlitePage>("SQLite alone with rows of the same kind", p => $"{Many(p.Groups)} jobs a second in groups of 128", p => $"{Many(p.Single)} one by one"),
        Row<NodeToldPage>("from posting a job to its idle node being told, at 1,000 posts a second",
            p => string.Create(CultureInfo.InvariantCulture, $"{p.Median:F1} ms, 99 % within {p.Slow:F1} ms"), _ => "", "3 ms, 99 % within 15 ms", p => p.Median <= 3 && p.Slow <= 15),
        Row<QueueLengthPage>("posting and claiming while 1,000,000 jobs wait",
            p => string.Create(CultureInfo.InvariantCulture, $"99 % within {p.Post:F2} × and {p.Claim:F2} × the time of a short queue"), p => $"{p.BytesMore / 1e6:N0} MB more memory", "1.5 ×", p => p.Post <= 1.5 && p.Claim <= 1.5),
        Row<IdleNodesPage>("10,000 idle nodes on one server",
            p => string.Create(CultureInfo.InvariantCulture, $"{p.BytesEach / 1000:F0} KB each"), p => string.Create(CultureInfo.InvariantCulture, $"their heartbeats take {p.Beats:P0} of one core, where an echo of them takes {p.Echoed:P0}; pings through their tunnels {p.Rest:P0}"), "60 KB each, heartbeats 10 % of one core", p => p.BytesEach <= 60_000 && p.Beats <= 0.1),
        Row<PostRatePage>("jobs read over HTTP", p => $"{Many(p.Reads)} a second", p => $"{p.ReadsOfEcho:P0} of an echo of the same bodies", "60 % of the echo", p => p.ReadsOfEcho >= 0.6),
        Row<JobLatencyPage>("a job that runs `true`, from posting until its end is heard", p => $"{p.Job:N0} ms", p => $"`podman run --rm` of the same image alone takes {p.Podman:N0}"),
        Row<ServiceSpeedPage>("requests to a job's service, through server and tunnel", p => $"{Many(p.Rate)} a second", p => $"{p.OfYarp:P0} of those through YARP alone"),
        Row<HardeningPage>("what the box of a job adds to its container's start", p => string.Create(CultureInfo.InvariantCulture, $"{100 * p.Change:+0.0;-0.0} %"), _ => "the same container as the engine makes it"),
    ];

    private SummaryRow Row<T>(string work, Func<T, string> figure, Func<T, string> beside, string asked = "", Func<T, bool>? isReached = null)
        where T : Page =>
        _pages.GetValueOrDefault(typeof(T)) is T page ? new SummaryRow(work, figure(page), beside(page), asked, isReached?.Invoke(page))
        : new SummaryRow(work, SummaryRow.NotMeasured, _failures.GetValueOrDefault(typeof(T), ""), asked, isReached is null ? null : false);

    private string Peers(Func<PeerRatesPage, string> text) => _pages.GetValueOrDefault(typeof(PeerRatesPage)) is PeerRatesPage peers ? text(peers) : "";

    /// <summary>A rate with three digits that mean something.</summary>
    private static string Many(double rate)
    {
        var unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, rate))) - 2));
        return (Math.Round(rate / unit) * unit).ToString("N0", CultureInfo.InvariantCulture);
    }
}
