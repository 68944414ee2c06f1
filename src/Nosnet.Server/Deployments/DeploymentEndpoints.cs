using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/deployments</c>: deployments as a whole.</summary>
internal static class DeploymentEndpoints
{
    private const string Copy = " (copy)";

    public static async Task<IResult> CreateAsync(
        HttpContext http, NetworkEngine engine, Revisions revisions, DeploymentMarkets markets, Vaults vaults, DeploymentViews views, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.CreateDeploymentRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var wish = await DeploymentWish.ReadAsync(read.Value, http.Caller().Account, revisions, markets, vaults, cancellation);
        return wish.IsRefused
            ? Answers.Refuse(wish.Refusal)
            : await MakeAsync(http, engine, wish.Value, read.Value.NewVault ?? false, read.Value.JobDefinition!.Value.GetRawText(), vaults, views, cancellation);
    }

    public static async Task<IResult> DuplicateAsync(
        string deployment, HttpContext http, NetworkEngine engine, Revisions revisions, Vaults vaults, DeploymentViews views, CancellationToken cancellation)
    {
        var (found, refusal) = await FindAsync(deployment, http, engine, cancellation);
        if (found is null)
            return refusal!;
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.DuplicateDeploymentRequest, absent: new DuplicateDeploymentRequest());
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var request = read.Value;

        var name = request.Name ?? found.Name + Copy;
        if (DeploymentWish.Name(name, least: 1) is { } mistake)
            return Answers.Refuse(mistake);
        var address = CreateDeployment.NewAddress();
        var revision = (await engine.Read.RevisionAsync(found.Key, found.ActiveRevision, cancellation))!;
        var content = await revisions.CopyAsync(revision, found, address, cancellation);
        if (content.IsRefused)
            return Answers.Refuse(content.Refusal);
        var copy = new NewDeployment
        {
            Address = address,
            Name = name,
            Market = found.Market,
            Replicas = Math.Max(1, found.Replicas),
            TimeoutSeconds = found.TimeoutSeconds,
            Strategy = found.Strategy,
            Cron = found.Schedule?.Cron,
            TimeZone = found.Schedule?.TimeZone,
            RotationSeconds = found.RotationSeconds,
            StartupSeconds = found.StartupSeconds,
            Confidential = found.Confidential,
            Vault = found.Vault,
            Budget = found.Budget,
            MaxJobs = found.MaxJobs,
            Content = content.Value,
            Starts = request.Autostart ?? false,
        };
        var definition = (await revisions.JsonAsync(found.Key, found.ActiveRevision, cancellation))!.Value.GetRawText();
        return await MakeAsync(http, engine, copy, hasNewVault: false, definition, vaults, views, cancellation);
    }

    public static async Task<IResult> ListAsync(HttpContext http, NetworkEngine engine, DeploymentViews views, CancellationToken cancellation)
    {
        if (!PageQuery.TryRead(http, engine.Addresses, out var page, out var refusal))
            return Answers.Refuse(refusal);
        var filter = await DeploymentQueries.DeploymentsAsync(http.Request.Query, engine, cancellation);
        if (filter.IsRefused)
            return Answers.Refuse(filter.Refusal);
        var (rows, pagination) = page.Of(await engine.Read.DeploymentsAsync(http.Caller().Account, filter.Value, page.Stretch, cancellation), d => d.Key, engine.Addresses);
        var shown = new List<DeploymentView>(rows.Count);
        foreach (var row in rows)
            shown.Add(await views.ViewAsync(row, cancellation));
        return Answers.Ok(new DeploymentPage(shown, pagination), ProtocolJson.Default.DeploymentPage);
    }

    public static async Task<IResult> GetAsync(string deployment, HttpContext http, NetworkEngine engine, DeploymentViews views, CancellationToken cancellation)
    {
        var (found, refusal) = await FindAsync(deployment, http, engine, cancellation);
        return found is null ? refusal! : Answers.Ok(await views.ViewAsync(found, cancellation), ProtocolJson.Default.DeploymentView);
    }

    public static Task<IResult> StartAsync(string deployment, HttpContext http, NetworkEngine engine, TimeProvider time, CancellationToken cancellation) =>
        MoveAsync(deployment, http, engine, time, address => new StartDeployment(http.Caller(), address), cancellation);

    public static Task<IResult> StopAsync(string deployment, HttpContext http, NetworkEngine engine, TimeProvider time, CancellationToken cancellation) =>
        MoveAsync(deployment, http, engine, time, address => new StopDeployment(http.Caller(), address), cancellation);

    public static Task<IResult> ArchiveAsync(string deployment, HttpContext http, NetworkEngine engine, TimeProvider time, CancellationToken cancellation) =>
        MoveAsync(deployment, http, engine, time, address => new ArchiveDeployment(http.Caller(), address), cancellation);

    public static async Task<IResult> DeleteAsync(string deployment, HttpContext http, NetworkEngine engine, JobResults results, CancellationToken cancellation)
    {
        var (found, refusal) = await FindAsync(deployment, http, engine, cancellation);
        if (found is null)
            return refusal!;
        var answer = await http.CarryAsync(engine, new DeleteDeployment(http.Caller(), found.Address), cancellation);
        if (answer is not RefusalResult)
            await results.ForgetAsync(found, cancellation);
        return answer;
    }

    /// <summary>The deployment of a path, if the caller may see it.</summary>
    public static async ValueTask<(Deployment? Deployment, IResult? Refusal)> FindAsync(string text, HttpContext http, NetworkEngine engine, CancellationToken cancellation) =>
        DeploymentAddress.TryParse(text, out var address) && await engine.Read.DeploymentAsync(address, cancellation) is { } row && http.Caller().MaySee(row)
            ? (row, null)
            : (null, Answers.Refuse(NoDeployment(text)));

    public static Refusal NoDeployment(string text) =>
        new(ErrorCode.DeploymentNotFound, $"There is no deployment '{PathValues.Shown(text)}' on your account. GET /api/deployments lists yours.");

    private static async Task<IResult> MakeAsync(
        HttpContext http, NetworkEngine engine, NewDeployment wish, bool hasNewVault, string definition, Vaults vaults, DeploymentViews views, CancellationToken cancellation)
    {
        var (account, budget) = http.Caller();
        wish = wish with { KeyBudget = budget };
        var owner = (await engine.Read.AccountAsync(account, cancellation))!.Address;
        var vault = wish.Vault == 0 ? owner : (await engine.Read.AccountAsync(wish.Vault, cancellation))!.Address;
        Command<Deployment> command = new CreateDeployment(account, wish);
        if (hasNewVault)
        {
            vault = vaults.NewAddress();
            command = new CreateDeploymentWithVault(new CreateVault(account, vault, wish.Name.Length > 0 ? wish.Name : "deployment"), account, wish);
        }

        var parsed = JobDefinitionParser.Parse(definition).Definition!;
        return await http.CarryAsync(
            engine, command, made => views.Of(made, owner, vault, views.Endpoints(made.Address, vault, parsed), activeJobs: 0), ProtocolJson.Default.DeploymentView, cancellation);
    }

    private static async Task<IResult> MoveAsync(
        string deployment, HttpContext http, NetworkEngine engine, TimeProvider time, Func<DeploymentAddress, Command<Deployment>> command, CancellationToken cancellation) =>
        DeploymentAddress.TryParse(deployment, out var address)
            ? await http.CarryAsync(
                engine, command(address), moved => new DeploymentChanged { Status = moved.Status, UpdatedAt = time.GetUtcNow() }, ProtocolJson.Default.DeploymentChanged, cancellation)
            : Answers.Refuse(NoDeployment(deployment));
}
