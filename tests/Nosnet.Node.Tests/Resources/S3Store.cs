using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Nosnet.Node.Tests;

/// <summary>
/// A real S3 store on this machine: the object gateway of Ceph, on a cluster of one monitor and one store in memory. It is filled through its
/// Swift API, so that nothing of ours has signed what ours then reads.
/// </summary>
public sealed class S3Store : IAsyncLifetime
{
    public const string AccessKeyId = "owner";
    public const string SecretAccessKey = "the/secret+of the owner";
    private const string SwiftKey = "swift";

    private const int MostStarts = 6;

    // A start takes a few seconds, on a crowded machine half of this; each further one is given more, for the machine may be slower still.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(45);

    private string _directory = "";
    private readonly List<Process> _processes = [];
    private readonly HttpClient _http = new();
    private string _token = "";
    private CancellationToken _starting;

    public Uri Url { get; private set; } = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Configuration => Path.Combine(_directory, "ceph.conf");

    public async ValueTask InitializeAsync()
    {
        // Now and then the store of a cluster ends while the cluster forms, and what asks it then waits for ever: so it is begun anew.
        for (var start = 1; _token.Length == 0; start++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(StartLimit * start);
            _starting = limit.Token;
            try
            {
                await StartAsync();
            }
            catch (Exception) when (start < MostStarts && !TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                await StopAsync();
            }
            catch
            {
                await StopAsync();
                throw;
            }
        }
    }

    /// <summary>Makes a bucket.</summary>
    public Task AddBucketAsync(string bucket, bool isPublic) =>
        PutAsync($"swift/v1/{bucket}", null, isPublic ? [("X-Container-Read", ".r:*,.rlistings")] : []);

    /// <summary>Puts an object, whatever its key.</summary>
    public Task PutAsync(string bucket, string key, byte[] content) => PutAsync($"swift/v1/{bucket}/{string.Join('/', key.Split('/').Select(Uri.EscapeDataString))}", content, []);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
    }

    private async Task StopAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        _processes.Clear();
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    private async Task StartAsync()
    {
        _directory = Directory.CreateTempSubdirectory("nosnet-s3-").FullName;
        var (monitor, gateway) = (FreePort(), FreePort());
        Url = new Uri($"http://127.0.0.1:{gateway}/");
        var (cluster, store) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        await ConfigureAsync(cluster, monitor, gateway);
        await RunAsync("monmaptool", "--create", "--fsid", cluster, "--addv", "a", $"[v1:127.0.0.1:{monitor}]", Path.Combine(_directory, "monmap"));
        await CephAsync("ceph-mon", "-i", "a", "--mkfs", "--monmap", Path.Combine(_directory, "monmap"));
        Start("ceph-mon", "-i", "a", "-f");
        await CephAsync("ceph", "osd", "new", store);
        await CephAsync("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", store);
        Start("ceph-osd", "-i", "0", "-f");
        await CephAsync("radosgw-admin", "-n", "client.rgw", "user", "create", "--uid=owner", "--display-name=owner", $"--access-key={AccessKeyId}", $"--secret-key={SecretAccessKey}");
        await CephAsync("radosgw-admin", "-n", "client.rgw", "subuser", "create", "--uid=owner", "--subuser=owner:swift", "--access=full", "--key-type=swift", $"--secret-key={SwiftKey}");
        Start("radosgw", "-n", "client.rgw", "-f");
        await SignInAsync();
    }

    private async Task ConfigureAsync(string cluster, int monitor, int gateway)
    {
        foreach (var directory in (string[])["mon", "osd", "rgw"])
            Directory.CreateDirectory(Path.Combine(_directory, directory));
        await File.WriteAllTextAsync(
            Configuration,
            $"""
            [global]
            fsid = {cluster}
            mon host = v1:127.0.0.1:{monitor}
            public addr = 127.0.0.1
            cluster addr = 127.0.0.1
            ms bind msgr2 = false
            run dir = {_directory}
            admin socket = {_directory}/$name.$pid.asok
            log file = /dev/null
            mon cluster log file = /dev/null
            auth cluster required = none
            auth service required = none
            auth client required = none
            osd crush chooseleaf type = 0
            osd pool default size = 1
            osd pool default min size = 1
            osd pool default pg num = 1
            osd pool default pgp num = 1
            mon allow pool size one = true
            mon max pg per osd = 1000
            mon data avail crit = 0
            [mon.a]
            mon data = {_directory}/mon
            [osd.0]
            osd data = {_directory}/osd
            osd objectstore = memstore
            [client.rgw]
            rgw data = {_directory}/rgw
            rgw frontends = beast endpoint=127.0.0.1:{gateway}
            rgw thread pool size = 16

            """);
    }

    private async Task SignInAsync()
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (_token.Length == 0)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, "auth/v1.0"));
                request.Headers.Add("X-Auth-User", "owner:swift");
                request.Headers.Add("X-Auth-Key", SwiftKey);
                using var response = await _http.SendAsync(request, _starting);
                if (response.IsSuccessStatusCode)
                    _token = response.Headers.GetValues("X-Auth-Token").Single();
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await pause.WaitForNextTickAsync(_starting);
        }
    }

    private async Task PutAsync(string path, byte[]? content, (string Name, string Value)[] headers)
    {
        // Keys such as ../a are what is to be tried: the path has to arrive as it is.
        var uri = new Uri(Url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(HttpMethod.Put, uri) { Content = new ByteArrayContent(content ?? []) };
        request.Headers.Add("X-Auth-Token", _token);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var response = await _http.SendAsync(request, Cancelled);
        response.EnsureSuccessStatusCode();
    }

    private void Start(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, ["-c", Configuration, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        // Read, and of no interest.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private Task CephAsync(string program, params string[] arguments) => RunAsync(program, ["-c", Configuration, .. arguments]);

    private async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(_starting);
            var error = await process.StandardError.ReadToEndAsync(_starting);
            await process.WaitForExitAsync(_starting);
            await output;
            process.ExitCode.ShouldBe(0, error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
