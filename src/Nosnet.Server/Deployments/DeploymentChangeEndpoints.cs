using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Changes of one deployment: its revisions, and each <c>update-…</c>.</summary>
internal static class DeploymentChangeEndpoints
{
    public static async Task<IResult> CreateRevisionAsync(
        string deployment, HttpContext http, NetworkEngine engine, Revisions revisions, RevisionLists lists, DeploymentMarkets markets, Names names, DeploymentViews views, CancellationToken cancellation)
    {
        var (found, refusal) = await DeploymentEndpoints.FindAsync(deployment, http, engine, cancellation);
        if (found is null)
            return refusal!;
        var json = await JsonBodies.BytesAsync(http);
        var content = await revisions.ReadAsync(json, found.Account, found.Address, found.Confidential, cancellation);
        if (content.IsRefused)
            return Answers.Refuse(content.Refusal);
        if (await markets.RefusalAsync(found.Market, found.TimeoutSeconds, content.Value.Requirements, cancellation) is { } unfit)
            return Answers.Refuse(unfit);

        // Read before, since what is shown is made where nothing can be waited for.
        var endpoints = views.Endpoints(found.Address, await names.AccountAsync(found.Payer, cancellation), JobDefinitionParser.Parse(json).Definition!);
        var earlier = await lists.NewestAsync(found, cancellation);
        return await http.CarryAsync(
            engine,
            new AddRevision(http.Caller(), found.Address, content.Value),
            made => new DeploymentChanged
            {
                UpdatedAt = made.UpdatedAt,
                ActiveRevision = made.ActiveRevision,
                Endpoints = endpoints,
                Revisions =
                [
                    .. earlier.Where(r => r.Revision != made.ActiveRevision),
                    new DeploymentRevisionView
                    {
                        Revision = made.ActiveRevision,
                        Deployment = found.Address,
                        IpfsDefinitionHash = content.Value.Definition,
                        JobDefinition = System.Text.Json.JsonElement.Parse(json),
                        CreatedAt = made.UpdatedAt,
                    },
                ],
            },
            ProtocolJson.Default.DeploymentChanged,
            cancellation);
    }

    public static async Task<IResult> ActivateAsync(
        string deployment, HttpContext http, NetworkEngine engine, DeploymentViews views, TimeProvider time, CancellationToken cancellation)
    {
        var (found, refusal) = await DeploymentEndpoints.FindAsync(deployment, http, engine, cancellation);
        if (found is null)
            return refusal!;
        var (request, mistake) = await ReadAsync(http);
        if (request is null)
            return mistake!;
        var number = Number(request.ActiveRevision, "active_revision", least: 1);
        if (number.IsRefused)
            return Answers.Refuse(number.Refusal);
        var endpoints = await views.EndpointsAsync(found, number.Value, cancellation);
        return await ChangeAsync(
            http, engine, new ActivateRevision(http.Caller(), found.Address, number.Value), changed => new() { UpdatedAt = time.GetUtcNow(), ActiveRevision = changed.ActiveRevision, Endpoints = endpoints }, cancellation);
    }

    public static Task<IResult> RenameAsync(string deployment, HttpContext http, NetworkEngine engine, TimeProvider time, CancellationToken cancellation) => UpdateAsync(
        deployment, http, engine,
        (address, request) => request.Name is not { } name ? DeploymentNumbers.Missing("name", "the new name")
            : DeploymentWish.Name(name, least: 1) is { } refusal ? refusal
            : new RenameDeployment(http.Caller(), address, name),
        changed => new() { UpdatedAt = time.GetUtcNow(), Name = changed.Name },
        cancellation);

    public static Task<IResult> MarketAsync(string deployment, HttpContext http, NetworkEngine engine, TimeProvider time, CancellationToken cancellation) => UpdateAsync(
        deployment, http, engine,
        (address, request) => request.Market is not { } market ? DeploymentNumbers.Missing("market", "the address or slug of a market")
            : DeploymentWish.Market(market) is { } refusal ? refusal
            : new MoveDeployment(http.Caller(), address, market),
        changed => new() { UpdatedAt = time.GetUtcNow(), Market = changed.Market },
        cancellation);

    public static Task<IResult> ReplicasAsync(string deployment, HttpContext http, NetworkEngine engine, TimeProvider time, CancellationToken cancellation) => UpdateAsync(
        deployment, http, engine,
        (address, request) => Number(request.Replicas, "replicas", least: 0) is { IsRefused: false, Value: var replicas }
            ? new ScaleDeployment(http.Caller(), address, replicas)
            : Number(request.Replicas, "replicas", least: 0).Refusal!,
        changed => new() { UpdatedAt = time.GetUtcNow(), Replicas = changed.Replicas },
        cancellation);

    public static Task<IResult> TimeoutAsync(string deployment, HttpContext http, NetworkEngine engine, TimeProvider time, CancellationToken cancellation) => UpdateAsync(
        deployment, http, engine,
        (address, request) => Seconds(request.Timeout, "timeout") is { IsRefused: false, Value: var seconds }
            ? new RetimeDeployment(http.Caller(), address, seconds)
            : Seconds(request.Timeout, "timeout").Refusal!,
        changed => new() { UpdatedAt = time.GetUtcNow(), Timeout = DeploymentNumbers.Minutes(changed.TimeoutSeconds) },
        cancellation);

    public static async Task<IResult> ScheduleAsync(
        string deployment, HttpContext http, NetworkEngine engine, DeploymentViews views, TimeProvider time, CancellationToken cancellation)
    {
        var (found, missing) = await DeploymentEndpoints.FindAsync(deployment, http, engine, cancellation);
        if (found is null)
            return missing!;
        return await UpdateAsync(
            deployment, http, engine,
            (address, request) => request.Schedule is not { } cron
                ? DeploymentNumbers.Missing("schedule", "a cron schedule of five fields")
                : new RescheduleDeployment(http.Caller(), address, cron, request.TimeZone ?? found.Schedule?.TimeZone),
            changed => new() { UpdatedAt = time.GetUtcNow(), Schedule = changed.Schedule!.Cron, TimeZone = changed.Schedule.TimeZone ?? "UTC", NextRuns = views.NextRuns(changed) },
            cancellation);
    }

    public static Task<IResult> StartupTimeoutAsync(string deployment, HttpContext http, NetworkEngine engine, TimeProvider time, CancellationToken cancellation) => UpdateAsync(
        deployment, http, engine,
        (address, request) => Seconds(request.StartupTimeout, "startup_timeout") is { IsRefused: false, Value: var seconds }
            ? new SetStartupTimeout(http.Caller(), address, seconds)
            : Seconds(request.StartupTimeout, "startup_timeout").Refusal!,
        changed => new() { UpdatedAt = time.GetUtcNow(), StartupTimeout = DeploymentNumbers.MinutesOrNull(changed.StartupSeconds) },
        cancellation);

    public static Task<IResult> BudgetAsync(string deployment, HttpContext http, NetworkEngine engine, TimeProvider time, CancellationToken cancellation) => UpdateAsync(
        deployment, http, engine,
        (address, request) => DeploymentNumbers.Count(request.MaxJobs ?? 0, "max_jobs", least: 0) is { IsRefused: false, Value: var most }
            ? new SetAllowance(http.Caller(), address, request.Budget, request.MaxJobs is null ? null : most)
            : DeploymentNumbers.Count(request.MaxJobs ?? 0, "max_jobs", least: 0).Refusal!,
        changed => new() { UpdatedAt = time.GetUtcNow(), Budget = changed.Budget, MaxJobs = changed.MaxJobs },
        cancellation);

    private static Outcome<int> Number(decimal? given, string name, int least) =>
        given is { } number ? DeploymentNumbers.Count(number, name, least) : DeploymentNumbers.Missing(name, "a whole number");

    private static Outcome<long> Seconds(decimal? given, string name) =>
        given is { } minutes ? DeploymentNumbers.Seconds(minutes, name) : DeploymentNumbers.Missing(name, "a number of minutes");

    private static async Task<IResult> UpdateAsync(
        string deployment, HttpContext http, NetworkEngine engine, Func<DeploymentAddress, UpdateDeploymentRequest, Outcome<Command<Deployment>>> command, Func<Deployment, DeploymentChanged> show, CancellationToken cancellation)
    {
        if (!DeploymentAddress.TryParse(deployment, out var address))
            return Answers.Refuse(DeploymentEndpoints.NoDeployment(deployment));
        var (request, mistake) = await ReadAsync(http);
        if (request is null)
            return mistake!;
        var asked = command(address, request);
        return asked.IsRefused ? Answers.Refuse(asked.Refusal) : await ChangeAsync(http, engine, asked.Value, show, cancellation);
    }

    private static Task<IResult> ChangeAsync(HttpContext http, NetworkEngine engine, Command<Deployment> command, Func<Deployment, DeploymentChanged> show, CancellationToken cancellation) =>
        http.CarryAsync(engine, command, show, ProtocolJson.Default.DeploymentChanged, cancellation);

    private static async Task<(UpdateDeploymentRequest? Request, IResult? Refusal)> ReadAsync(HttpContext http)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.UpdateDeploymentRequest);
        return read.IsRefused ? (null, Answers.Refuse(read.Refusal)) : (read.Value, null);
    }
}
