using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The routes of deployments and vaults.</summary>
internal static class DeploymentRoutes
{
    private const string Limit = "How many at most, 1 to 100; 10 unless told.";
    private const string Cursor = "cursor_next or cursor_prev of another page.";
    private const string SortOrder = "asc or desc, by time of creation; desc unless told.";

    public static void MapDeployments(this IEndpointRouteBuilder routes)
    {
        // Pages of any site may ask, as with official deployment managers: nothing here is told without a key or a signature, which no browser adds by itself.
        var app = routes.MapGroup("").RequireCors(NodeApi.Cors);
        var (read, write) = (AccessRule.Owner(Scopes.DeploymentsRead), AccessRule.Owner(Scopes.DeploymentsWrite));
        app.MapGet("/deployments", DeploymentEndpoints.ListAsync).Anywhere().Does("getDeployments", "Your deployments.", read).Gives<DeploymentPage>().Paged().Created()
            .Query("search", "A part of the id or the name.").Query("id", "A comma list of ids.").Query("name", "The whole name.").Query("status", "A comma list of states.")
            .Query("strategy", "A comma list of strategies.").Query("vault", "The vault that pays.").Query("idempotency_key", "The key that it was created under.");
        app.MapPost("/deployments/create", DeploymentEndpoints.CreateAsync).Does("createDeployment", "Makes a deployment.", write).Takes<CreateDeploymentRequest>().Gives<DeploymentView>().Once();
        app.MapGet("/deployments/{deployment}", DeploymentEndpoints.GetAsync).Does("getDeployment", "One deployment.", read).Gives<DeploymentView>();
        app.MapDelete("/deployments/{deployment}", DeploymentEndpoints.DeleteAsync).Does("deleteDeployment", "Deletes a stopped deployment.", write).Produces(StatusCodes.Status204NoContent).Once();
        app.MapPost("/deployments/{deployment}/duplicate", DeploymentEndpoints.DuplicateAsync).Does("duplicateDeployment", "Makes a copy of a deployment, of its active revision alone.", write)
            .Takes<DuplicateDeploymentRequest>().Gives<DeploymentView>().Once();
        app.MapPost("/deployments/{deployment}/start", DeploymentEndpoints.StartAsync).Does("startDeployment", "Starts a deployment.", write).Gives<DeploymentChanged>().Once();
        app.MapPost("/deployments/{deployment}/stop", DeploymentEndpoints.StopAsync).Does("stopDeployment", "Stops a deployment and its jobs.", write).Gives<DeploymentChanged>().Once();
        app.MapPost("/deployments/{deployment}/archive", DeploymentEndpoints.ArchiveAsync).Does("archiveDeployment", "Puts a stopped deployment away for good.", write).Gives<DeploymentChanged>().Once();
        app.MapGet("/deployments/{deployment}/stream", DeploymentStreamEndpoint.StreamAsync).Does("streamDeployment", "Server-sent events: where everything of it stands, and each change.", read)
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");
        app.MapChanges(write);
        app.MapParts(read, write);
        app.MapVaults(read, write);
    }

    private static void MapChanges(this IEndpointRouteBuilder app, AccessRule write)
    {
        app.MapPost("/deployments/{deployment}/create-revision", DeploymentChangeEndpoints.CreateRevisionAsync).Does("createRevision", "Makes a new revision the active one. The body is its job definition.", write)
            .Takes<JsonElement>().Gives<DeploymentChanged>().Once();
        app.MapPatch("/deployments/{deployment}/update-active-revision", DeploymentChangeEndpoints.ActivateAsync).Changes("updateActiveRevision", "Makes another revision the active one.", write);
        app.MapPatch("/deployments/{deployment}/update-name", DeploymentChangeEndpoints.RenameAsync).Changes("updateName", "Changes the name.", write);
        app.MapPatch("/deployments/{deployment}/update-market", DeploymentChangeEndpoints.MarketAsync).Changes("updateMarket", "Moves it to another market.", write);
        app.MapPatch("/deployments/{deployment}/update-replica-count", DeploymentChangeEndpoints.ReplicasAsync).Changes("updateReplicaCount", "Changes how many jobs it keeps.", write);
        app.MapPatch("/deployments/{deployment}/update-timeout", DeploymentChangeEndpoints.TimeoutAsync).Changes("updateTimeout", "Changes the timeout of its jobs.", write);
        app.MapPatch("/deployments/{deployment}/update-schedule", DeploymentChangeEndpoints.ScheduleAsync).Changes("updateSchedule", "Changes the schedule.", write);
        app.MapPatch("/deployments/{deployment}/update-startup-timeout", DeploymentChangeEndpoints.StartupTimeoutAsync).Changes("updateStartupTimeout", "Changes how long ports may take to answer.", write);
        app.MapPatch("/deployments/{deployment}/update-budget", DeploymentChangeEndpoints.BudgetAsync).Changes("updateBudget", "Changes what its jobs may cost in all, and how many it may post.", write);
    }

    private static void MapParts(this IEndpointRouteBuilder app, AccessRule read, AccessRule write)
    {
        app.MapGet("/deployments/{deployment}/tasks", DeploymentListEndpoints.TasksAsync).Does("getDeploymentTasks", "What it is about to do.", read).Gives<DeploymentTaskPage>().Paged()
            .Query("task", "A comma list of LIST, EXTEND, STOP.").Query("due_after", "Due at this time or later.").Query("due_before", "Due at this time or earlier.");
        app.MapGet("/deployments/{deployment}/jobs", DeploymentListEndpoints.JobsAsync).Does("getDeploymentJobs", "Its jobs.", read).Gives<DeploymentJobPage>().Paged().Created()
            .Query("state", "A comma list of QUEUED, RUNNING, COMPLETED, STOPPED.").Query("job", "A job's address.").Query("revision", "The number of a revision.");
        app.MapGet("/deployments/{deployment}/revisions", DeploymentListEndpoints.RevisionsAsync).Does("getDeploymentRevisions", "Its revisions.", read).Gives<DeploymentRevisionPage>().Paged().Created()
            .Query("revision", "The number of a revision.");
        app.MapGet("/deployments/{deployment}/events", DeploymentListEndpoints.EventsAsync).Does("getDeploymentEvents", "The steps in its life.", read).Gives<DeploymentEventPage>().Paged().Created()
            .Query("category", "A comma list of categories; there is Deployment alone.").Query("type", "A comma list of types.");
        app.MapGet("/deployments/{deployment}/jobs/{job}", DeploymentJobEndpoints.GetAsync).Does("getDeploymentJob", "One job of it, with its definition and result.", read).Gives<DeploymentJobDetail>();
        // With it jobs are stopped and given definitions, so it is for those alone who may do so.
        app.MapGet("/deployments/{deployment}/header", DeploymentJobEndpoints.HeaderAsync).Does("getDeploymentHeader", "What opens the API of the nodes that run its jobs.", write).Gives<DeploymentHeader>()
            .Query("message", "What is signed; DEPLOYMENT_HEADER unless told.").Query("includeTime", "true: with the time behind it.");
        app.MapGet("/deployments/jobs/{job}/job-definition", DeploymentJobEndpoints.DefinitionAsync).Does("getJobDefinition", "For the node of a job: its definition. The job's address, signed by the node, opens it.", AccessRule.Open)
            .Gives<JsonElement>();
        app.MapPost("/deployments/jobs/{job}/results", DeploymentJobEndpoints.DeliverAsync).Does("deliverJobResult", "For the node of a confidential job: delivers its result. The job's address, signed by the node, opens it.", AccessRule.Open)
            .Takes<JsonElement>().Gives<Delivered>().TakesUpTo(JobResult.MaxBytes);
    }

    private static void MapVaults(this IEndpointRouteBuilder app, AccessRule read, AccessRule write)
    {
        app.MapGet("/deployments/vaults", VaultEndpoints.ListAsync).Does("getVaults", "Your vaults, your own balance first.", read).Gives<IReadOnlyList<VaultView>>();
        app.MapPost("/deployments/vaults/create", VaultEndpoints.CreateAsync).Does("createVault", "Makes a vault; without a name, answers with your own balance.", write).Takes<CreateVaultRequest>().Gives<VaultView>().Once();
        app.MapPost("/deployments/vaults/{vault}/topup", VaultEndpoints.TopUpAsync).Does("topUpVault", "Moves credits from your balance to a vault.", write).Takes<MoveCreditsRequest>().Gives<CreditsMoved>().Once();
        app.MapPost("/deployments/vaults/{vault}/withdraw", VaultEndpoints.WithdrawAsync).Does("withdrawFromVault", "Moves credits from a vault back to your balance.", write).Takes<MoveCreditsRequest>().Gives<CreditsMoved>().Once();
    }

    private static RouteHandlerBuilder Changes(this RouteHandlerBuilder route, string name, string summary, AccessRule write) =>
        route.Does(name, summary, write).Takes<UpdateDeploymentRequest>().Gives<DeploymentChanged>().Once();

    private static RouteHandlerBuilder Paged(this RouteHandlerBuilder route) => route.Query("limit", Limit).Query("sort_order", SortOrder).Query("cursor", Cursor);

    private static RouteHandlerBuilder Created(this RouteHandlerBuilder route) =>
        route.Query("created_after", "Made at this time or later.").Query("created_before", "Made at this time or earlier.");
}
