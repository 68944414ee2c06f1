using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Every route there is.</summary>
internal static class Api
{
    private const string Limit = "How many at most, 1 to 100; 20 unless told.";
    private const string Cursor = "nextCursor of the page before.";

    public static void MapApi(this IEndpointRouteBuilder app)
    {
        app.MapJobs();
        app.MapCredits();
        app.MapMarkets();
        app.MapApiKeys();
        app.MapContent();
        app.MapNodes();
        app.MapGet("/health/live", HealthEndpoints.Live).Does("isLive", "Whether the process answers.", AccessRule.Open).Gives<HealthView>();
        app.MapGet("/health/ready", HealthEndpoints.ReadyAsync).Does("isReady", "Whether the store answers too.", AccessRule.Open).Gives<HealthView>();
        app.MapOpenApi("/openapi.json").WithMetadata(AccessRule.Open);
    }

    private static void MapJobs(this IEndpointRouteBuilder app)
    {
        var (read, write) = (AccessRule.Key(Scopes.JobsRead), AccessRule.Key(Scopes.JobsWrite));
        app.MapPost("/jobs/list", JobEndpoints.PostAsync).Does("listJob", "Posts a job. (In the official API, to list a job is to post it.)", write).Takes<PostJobRequest>().Gives<JobPosted>();
        app.MapPost("/jobs", JobEndpoints.PostAsync).Does("postJob", "Posts a job.", write).Takes<PostJobRequest>().Gives<JobPosted>();
        app.MapGet("/jobs", JobEndpoints.ListAsync).Does("getJobs", "Your jobs, newest first.", read).Gives<JobPage>()
            .Query("state", $"A comma list of states: {JobFilter.Allowed}.").Query("market", "A market's address or slug.").Query("limit", Limit).Query("cursor", Cursor)
            .Query("account", "For the operator: whose jobs.");
        app.MapGet("/jobs/{job}", JobEndpoints.GetAsync).Does("getJob", "One job, with its definition and result.", read).Gives<JobView>();
        app.MapPost("/jobs/{job}/extend", JobEndpoints.ExtendAsync).Does("extendJob", "Lets a job run longer.", write).Takes<ExtendJobRequest>().Gives<JobExtended>();
        app.MapPost("/jobs/{job}/stop", JobEndpoints.StopAsync).Does("stopJob", "Stops a job.", write).Gives<JobStopped>();
        app.MapGet("/jobs/{job}/events", JobEndpoints.EventsAsync).Does("getJobEvents", "A job's steps, oldest first.", read).Gives<IReadOnlyList<JobEvent>>();
        app.MapGet("/jobs/{job}/result", JobEndpoints.ResultAsync).Does("getJobResult", "A job's result document.", read).Gives<JsonElement>();
        app.MapGet("/jobs/{job}/logs", StreamEndpoints.LogsAsync).Does("streamJobLogs", "Server-sent events: where the job stands, its log, its end.", read)
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").Query("from", "The id of the last event that you have.");
        app.MapGet("/jobs/{job}/status", StreamEndpoints.StatusAsync).Does("streamJobStatus", "Server-sent events: where the job stands, its end.", read)
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");
    }

    private static void MapCredits(this IEndpointRouteBuilder app)
    {
        var read = AccessRule.Key(Scopes.CreditsRead);
        app.MapGet("/credits/balance", CreditEndpoints.BalanceAsync).Does("getBalance", "Your balance.", read).Gives<Balance>();
        app.MapGet("/credits/transactions", CreditEndpoints.TransactionsAsync).Does("getTransactions", "Movements of your credits, newest first.", read).Gives<CreditPage>()
            .Query("limit", Limit).Query("cursor", Cursor);
        app.MapPost("/credits/grant", CreditEndpoints.GrantAsync).Does("grantCredits", "For the operator: gives credits to an account.", AccessRule.Operator).Takes<GrantRequest>().Gives<CreditsGranted>();
    }

    private static void MapMarkets(this IEndpointRouteBuilder app)
    {
        app.MapGet("/markets", MarketEndpoints.ListAsync).Does("getMarkets", "All markets.", AccessRule.Open).Gives<IReadOnlyList<MarketView>>();
        app.MapGet("/markets/{market}", MarketEndpoints.GetAsync).Does("getMarket", "One market, by address or slug.", AccessRule.Open).Gives<MarketView>();
        app.MapGet("/markets/{market}/required-resources", MarketEndpoints.RequiredResourcesAsync).Does("getRequiredResources", "What a market's nodes hold ready.", AccessRule.Open).Gives<RequiredResources>();
        app.MapPost("/markets", MarketEndpoints.OpenAsync).Does("openMarket", "For the operator: opens a market.", AccessRule.Operator).Takes<MarketRequest>().Gives<MarketView>();
        app.MapPatch("/markets/{market}", MarketEndpoints.ChangeAsync).Does("changeMarket", "For the operator: changes a market.", AccessRule.Operator).Takes<MarketRequest>().Gives<MarketView>();
        app.MapDelete("/markets/{market}", MarketEndpoints.CloseAsync).Does("closeMarket", "For the operator: closes a market for new jobs.", AccessRule.Operator).Gives<MarketView>();
    }

    private static void MapApiKeys(this IEndpointRouteBuilder app)
    {
        var manage = AccessRule.Key(Scopes.ApiKeysManage);
        app.MapGet("/api-keys", ApiKeyEndpoints.ListAsync).Does("getApiKeys", "Your API keys.", manage).Gives<IReadOnlyList<ApiKeyView>>();
        app.MapPost("/api-keys", ApiKeyEndpoints.CreateAsync).Does("createApiKey", "Makes an API key.", manage).Takes<CreateApiKeyRequest>().Gives<ApiKeyCreated>();
        app.MapPost("/api-keys/{id}/delete", ApiKeyEndpoints.DeleteAsync).Does("deleteApiKeyByPost", "Removes an API key, as official clients ask for it.", manage).Gives<ApiKeyView>();
        app.MapDelete("/api-keys/{id}", ApiKeyEndpoints.DeleteAsync).Does("deleteApiKey", "Removes an API key.", manage).Gives<ApiKeyView>();
    }

    private static void MapContent(this IEndpointRouteBuilder app)
    {
        app.MapPost("/pinning/pinJSONToIPFS", PinEndpoints.PinJsonAsync).Does("pinJson", "Pins the body, or its pinataContent.", AccessRule.KeyOrNode).Takes<JsonElement>().Gives<Pinned>();
        app.MapPost("/pinning/pinFileToIPFS", PinEndpoints.PinFileAsync).Does("pinFile", "Pins the file of a multipart body.", AccessRule.KeyOrNode).WithMetadata(new FilePart("file")).Gives<Pinned>();
        app.MapMethods("/ipfs/{cid}", [HttpMethods.Get, HttpMethods.Head], GatewayEndpoints.GetAsync).Does("getContent", "A file by its content id.", AccessRule.Open)
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
    }

    private static void MapNodes(this IEndpointRouteBuilder app)
    {
        app.MapGet("/nodes", NodeEndpoints.ListAsync).Does("getNodes", "All nodes and what they do.", AccessRule.Open).Gives<IReadOnlyList<NodeView>>();
        app.MapGet("/nodes/{node}", NodeEndpoints.GetAsync).Does("getNode", "One node.", AccessRule.Open).Gives<NodeView>();
        app.MapPost("/nodes/challenge", NodeEndpoints.ChallengeAsync).Does("challengeNode", "A text for a node to sign.", AccessRule.Open).Takes<ChallengeRequest>().Gives<ChallengeAnswer>();
        app.MapPost("/nodes/token", NodeEndpoints.TokenAsync).Does("issueNodeToken", "A token for whoever signed the text.", AccessRule.Open).Takes<TokenRequest>().Gives<TokenAnswer>();
        app.MapPost("/nodes/register", NodeEndpoints.RegisterAsync).Does("registerNode", "Makes a node known.", AccessRule.Key(Scopes.NodesRegister)).Takes<RegisterNodeRequest>().Gives<NodeView>();
        app.MapPost("/nodes/join", NodeEndpoints.JoinAsync).Does("joinMarket", "The node waits for jobs of a market.", AccessRule.Node).Takes<JoinMarketRequest>().Gives<NodeView>();
        app.MapPost("/nodes/leave", NodeEndpoints.LeaveAsync).Does("leaveMarket", "The node takes no new jobs.", AccessRule.Node).Gives<NodeView>();
        app.MapPost("/nodes/heartbeat", NodeEndpoints.HeartbeatAsync).Does("beat", "Renews the node's leases and says what it shall be doing.", AccessRule.Node).Takes<Heartbeat>().Gives<HeartbeatAnswer>();
        app.MapPost("/nodes/runs/{run}/start", NodeEndpoints.StartRunAsync).Does("startRun", "The run's containers are about to start.", AccessRule.Node).Takes<RunStart>().Gives<RunStarted>();
        app.MapPost("/nodes/runs/{run}/finish", NodeEndpoints.FinishRunAsync).Does("finishRun", "The run's containers have ended.", AccessRule.Node).Takes<RunFinish>().Gives<RunFinished>();
        app.MapGet("/nodes/tunnel", NodeEndpoints.TunnelAsync).Does("openTunnel", "A WebSocket over which the node serves HTTP/2.", AccessRule.Node).Produces(StatusCodes.Status101SwitchingProtocols);
    }
}
