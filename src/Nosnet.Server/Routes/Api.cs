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
        app.MapDeployments();
        app.MapCredits();
        app.MapLimits();
        app.MapEvents();
        app.MapWebhooks();
        app.MapReceipts();
        app.MapMarkets();
        app.MapApiKeys();
        app.MapSecrets();
        app.MapContent();
        app.MapNodes();
        app.MapNodeApi();
        app.MapGet("/health/live", HealthEndpoints.Live).Anywhere().Does("isLive", "Whether the process answers.", AccessRule.Open).Gives<HealthView>();
        app.MapGet("/health/ready", HealthEndpoints.ReadyAsync).Anywhere().Does("isReady", "Whether the store answers too.", AccessRule.Open).Gives<HealthView>();
        app.MapGet("/health", HealthEndpoints.Healthy).Anywhere().Does("getHealth", "Whether the process answers, as official deployment managers tell it.", AccessRule.Open).Gives<ManagerHealth>();
        app.MapFigures();
        // Official deployment managers describe themselves under the other two.
        foreach (var path in (string[])["/openapi.json", "/documentation/json", "/documentation/swagger"])
            app.MapOpenApi(path).WithMetadata(AccessRule.Open, ServedAnywhere.Here);
    }

    private static void MapFigures(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", HealthEndpoints.Root).Anywhere().Does("getRoot", "What this is, in a sentence.", AccessRule.Open).Produces(StatusCodes.Status200OK, contentType: "text/plain");
        app.MapGet("/stats", FigureEndpoints.Stats).Does("getStats", "What became of jobs and tasks of deployments since the server began, of all accounts together.", AccessRule.Open).Gives<DeploymentFigures>();
        app.MapGet("/metrics", FigureEndpoints.Metrics).Anywhere().Does("getMetrics", "Figures of this server in the text format of Prometheus.", AccessRule.Open)
            .Produces(StatusCodes.Status200OK, contentType: "text/plain");
    }

    private static void MapJobs(this IEndpointRouteBuilder app)
    {
        var (read, write) = (AccessRule.Key(Scopes.JobsRead), AccessRule.Key(Scopes.JobsWrite));
        app.MapPost("/jobs/list", JobEndpoints.PostAsync).Does("listJob", "Posts a job. (In the official API, to list a job is to post it.)", write).Takes<PostJobRequest>().Gives<JobPosted>().Once();
        app.MapPost("/jobs", JobEndpoints.PostAsync).Does("postJob", "Posts a job.", write).Takes<PostJobRequest>().Gives<JobPosted>().Once();
        app.MapPost("/jobs/quote", JobQuotes.QuoteAsync).Does("quoteJob", "What posting a job would come to; nothing is posted.", read).Takes<QuoteJobRequest>().Gives<JobQuote>();
        app.MapPost("/jobs/list/batch", JobBatchEndpoints.PostAsync).Does("listJobs", "Posts up to 1,000 jobs, each for itself.", write).Takes<PostJobsRequest>().Gives<JobBatchAnswer>().Once(isRequired: true);
        app.MapPost("/jobs/extend/batch", JobBatchEndpoints.ExtendAsync).Does("extendJobs", "Lets up to 1,000 jobs run longer, each for itself.", write).Takes<ExtendJobsRequest>().Gives<JobBatchAnswer>().Once(isRequired: true);
        app.MapPost("/jobs/stop/batch", JobBatchEndpoints.StopAsync).Does("stopJobs", "Stops up to 1,000 jobs, each for itself.", write).Takes<StopJobsRequest>().Gives<JobBatchAnswer>().Once(isRequired: true);
        app.MapGet("/jobs", JobEndpoints.ListAsync).Does("getJobs", "Your jobs, newest first.", read).Gives<JobPage>()
            .Query("state", $"A comma list of states: {JobFilter.Allowed}.").Query("market", "A market's address or slug.").Query("limit", Limit).Query("cursor", Cursor)
            .Query("account", "For the operator: whose jobs.");
        app.MapGet("/jobs/{job}", JobEndpoints.GetAsync).Does("getJob", "One job, with its definition and result.", read).Gives<JobView>();
        app.MapPost("/jobs/{job}/extend", JobEndpoints.ExtendAsync).Does("extendJob", "Lets a job run longer.", write).Takes<ExtendJobRequest>().Gives<JobExtended>().Once();
        app.MapPost("/jobs/{job}/stop", JobEndpoints.StopAsync).Does("stopJob", "Stops a job.", write).Gives<JobStopped>().Once();
        app.MapGet("/jobs/{job}/events", JobEndpoints.EventsAsync).Anywhere().Does("getJobEvents", "A job's steps, oldest first.", read).Gives<IReadOnlyList<JobEvent>>();
        app.MapPost("/jobs/{job}/job-definition", JobEndpoints.SendDefinitionAsync).Does("sendJobDefinition", "Sends the definition of a confidential job to its node.", write).Takes<JsonElement>()
            .TakesUpTo(DefinitionLimits.Bytes).Produces(StatusCodes.Status204NoContent).Once();
        app.MapGet("/jobs/{job}/result", JobEndpoints.ResultAsync).Anywhere().Does("getJobResult", "A job's result document.", read).Gives<JsonElement>();
        app.MapGet("/jobs/{job}/ops", OperationEndpoints.ListAsync).Does("getJobOperations", "A job's operations and how each stands.", read).Gives<IReadOnlyList<OperationView>>();
        foreach (var (word, says) in ((string, string)[])[("stop", "Ends"), ("restart", "Restarts")])
        {
            app.MapPost("/jobs/{job}/ops/{operation}/" + word, OperationEndpoints.OfOperation(word)).Does($"{word}Operation", $"{says} an operation; the job goes on.", write).Gives<IReadOnlyList<OperationView>>().Once();
            app.MapPost("/jobs/{job}/group/{group}/" + word, OperationEndpoints.OfGroup(word)).Does($"{word}Group", $"{says} the operations of a group.", write).Gives<IReadOnlyList<OperationView>>().Once();
            app.MapPost("/jobs/{job}/group/{group}/operation/{operation}/" + word, OperationEndpoints.OfGroup(word)).Does($"{word}OperationOfGroup", $"{says} an operation, named as official nodes do.", write).Gives<IReadOnlyList<OperationView>>().Once();
        }

        app.MapPost("/jobs/{job}/group/{group}/move", OperationEndpoints.OfGroup("move")).Does("moveToGroup", "Has the job go on with a group at once.", write).Gives<IReadOnlyList<OperationView>>().Once();
        app.MapGet("/jobs/{job}/stats", StatsEndpoints.GetAsync).Does("getJobStats", "What a job uses: the last ten minutes, and in all.", read).Gives<JobStats>()
            .Query("follow", "true: server-sent events, a sample each, until the job has ended.");
        app.MapGet("/jobs/{job}/logs", StreamEndpoints.LogsAsync).Anywhere().Does("streamJobLogs", "Server-sent events: where the job stands, its log, its end.", read)
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").Query("from", "The id of the last event that you have.")
            .Query("op", "A comma list of operations; all unless told.").Query("type", "A comma list of stdout, stderr, info, error, progress; all unless told.");
        app.MapGet("/jobs/{job}/status", StreamEndpoints.StatusAsync).Anywhere().Does("streamJobStatus", "Server-sent events: where the job stands, its end.", read)
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");
    }

    private static void MapCredits(this IEndpointRouteBuilder app)
    {
        var read = AccessRule.Key(Scopes.CreditsRead);
        app.MapGet("/credits/balance", CreditEndpoints.BalanceAsync).Anywhere().Does("getBalance", "Your balance.", read).Gives<Balance>();
        app.MapGet("/credits/transactions", CreditEndpoints.TransactionsAsync).Anywhere().Does("getTransactions", "Movements of your credits, newest first.", read).Gives<CreditPage>()
            .Query("limit", Limit).Query("cursor", Cursor);
        app.MapPost("/credits/grant", CreditEndpoints.GrantAsync).Does("grantCredits", "For the operator: gives credits to an account.", AccessRule.Operator).Takes<GrantRequest>().Gives<CreditsGranted>().Once();
    }

    private static void MapLimits(this IEndpointRouteBuilder app)
    {
        app.MapGet("/credits/limits", LimitEndpoints.GetAsync).Anywhere().Does("getLimits", "Your caps, those of the calling key, and what counts against them.", AccessRule.Key(Scopes.CreditsRead)).Gives<LimitsView>()
            .Query("account", "For the operator: whose.");
        app.MapPut("/credits/limits", LimitEndpoints.PutAsync).Does("putLimits", "For the operator: gives an account caps in place of those that it has.", AccessRule.Operator).Takes<LimitsRequest>().Gives<LimitsView>().Once();
        app.MapPut("/credits/low-balance", LimitEndpoints.PutLowBalanceAsync).Does("putLowBalance", "Says below which balance you want to be told.", AccessRule.Key(Scopes.ApiKeysManage)).Takes<LowBalanceRequest>().Gives<LimitsView>().Once();
        app.MapPut("/api-keys/{id}/caps", ApiKeyEndpoints.CapAsync).Does("capApiKey", "Gives an API key caps in place of those that it has.", AccessRule.Key(Scopes.ApiKeysManage)).Takes<SpendingCaps>().Gives<ApiKeyView>().Once();
    }

    private static void MapEvents(this IEndpointRouteBuilder app)
    {
        app.MapGet("/events", EventEndpoints.StreamAsync).Anywhere().Does("streamEvents", "Server-sent events: what happens to you and your jobs, without end.", AccessRule.Key(Scopes.JobsRead))
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").Query("after", "The id of the last event that you have; 0 for all that ever happened; from now on unless told.")
            .Query("account", "For the operator: whose.");
    }

    private static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var manage = AccessRule.Key(Scopes.ApiKeysManage);
        app.MapGet("/webhooks", WebhookEndpoints.ListAsync).Does("getWebhooks", "Your webhooks.", manage).Gives<IReadOnlyList<WebhookView>>();
        app.MapPost("/webhooks", WebhookEndpoints.CreateAsync).Does("createWebhook", "Has the network tell a URL of what happens to you.", manage).Takes<WebhookRequest>().Gives<WebhookCreated>().Once(isSecret: true);
        app.MapDelete("/webhooks/{id}", WebhookEndpoints.DeleteAsync).Does("deleteWebhook", "Removes a webhook.", manage).Gives<WebhookView>().Once();
        app.MapGet("/webhooks/{id}/deliveries", WebhookEndpoints.DeliveriesAsync).Does("getWebhookDeliveries", "The last attempts to send its messages, newest first.", manage).Gives<IReadOnlyList<WebhookDeliveryView>>();
    }

    private static void MapReceipts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/receipts/head", ReceiptEndpoints.HeadAsync).Does("getChainHead", "The newest block, signed.", AccessRule.Open).Gives<ChainHead>();
        app.MapGet("/receipts/{tx}", ReceiptEndpoints.GetAsync).Does("getReceipt", "What happened under a tx, and the proof that the network signed it.", AccessRule.Key(Scopes.JobsRead)).Gives<Receipt>();
        app.MapGet("/blocks", ReceiptEndpoints.BlocksAsync).Does("getBlocks", "For the operator: the chain, oldest block first.", AccessRule.Operator).Gives<BlockPage>()
            .Query("from", "The height of the first; 1 unless told.").Query("limit", Limit);
    }

    private static void MapMarkets(this IEndpointRouteBuilder app)
    {
        app.MapGet("/markets", MarketEndpoints.ListAsync).Does("getMarkets", "All markets.", AccessRule.Open).Gives<IReadOnlyList<MarketView>>();
        app.MapGet("/markets/{market}", MarketEndpoints.GetAsync).Does("getMarket", "One market, by address or slug.", AccessRule.Open).Gives<MarketView>();
        app.MapGet("/markets/{market}/required-resources", MarketEndpoints.RequiredResourcesAsync).Does("getRequiredResources", "What a market's nodes hold ready.", AccessRule.Open).Gives<RequiredResources>();
        app.MapPost("/markets", MarketEndpoints.OpenAsync).Does("openMarket", "For the operator: opens a market.", AccessRule.Operator).Takes<MarketRequest>().Gives<MarketView>().Once();
        app.MapPatch("/markets/{market}", MarketEndpoints.ChangeAsync).Does("changeMarket", "For the operator: changes a market.", AccessRule.Operator).Takes<MarketRequest>().Gives<MarketView>().Once();
        app.MapDelete("/markets/{market}", MarketEndpoints.CloseAsync).Does("closeMarket", "For the operator: closes a market for new jobs.", AccessRule.Operator).Gives<MarketView>().Once();
    }

    private static void MapApiKeys(this IEndpointRouteBuilder app)
    {
        var manage = AccessRule.Key(Scopes.ApiKeysManage);
        app.MapGet("/accounts", AccountEndpoints.ListAsync).Anywhere().Does("getAccounts", "For the operator: all accounts, oldest first.", AccessRule.Operator).Gives<AccountPage>().Query("limit", Limit).Query("cursor", Cursor);
        app.MapGet("/api-keys", ApiKeyEndpoints.ListAsync).Anywhere().Does("getApiKeys", "Your API keys.", manage).Gives<IReadOnlyList<ApiKeyView>>();
        app.MapPost("/api-keys", ApiKeyEndpoints.CreateAsync).Does("createApiKey", "Makes an API key.", manage).Takes<CreateApiKeyRequest>().Gives<ApiKeyCreated>().Once(isSecret: true);
        app.MapPost("/api-keys/{id}/delete", ApiKeyEndpoints.DeleteAsync).Does("deleteApiKeyByPost", "Removes an API key, as official clients ask for it.", manage).Gives<ApiKeyView>().Once();
        app.MapDelete("/api-keys/{id}", ApiKeyEndpoints.DeleteAsync).Does("deleteApiKey", "Removes an API key.", manage).Gives<ApiKeyView>().Once();
    }

    private static void MapSecrets(this IEndpointRouteBuilder app)
    {
        var manage = AccessRule.Key(Scopes.SecretsManage);
        app.MapGet("/secrets", SecretEndpoints.ListAsync).Does("getSecrets", "Your secrets by name, without their values.", manage).Gives<IReadOnlyList<SecretView>>();
        app.MapPut("/secrets/{name}", SecretEndpoints.PutAsync).Does("putSecret", "Keeps a secret, in place of the one of that name.", manage).Takes<SecretRequest>().Gives<SecretView>().Once();
        app.MapDelete("/secrets/{name}", SecretEndpoints.DeleteAsync).Does("deleteSecret", "Removes a secret.", manage).Gives<SecretView>().Once();
    }

    private static void MapContent(this IEndpointRouteBuilder app)
    {
        app.MapPost("/pinning/pinJSONToIPFS", PinEndpoints.PinJsonAsync).Anywhere().Does("pinJson", "Pins the body, or its pinataContent.", AccessRule.KeyOrNode).Takes<JsonElement>().Gives<Pinned>();
        app.MapPost("/pinning/pinFileToIPFS", PinEndpoints.PinFileAsync).Anywhere().Does("pinFile", "Pins the file of a multipart body.", AccessRule.KeyOrNode).WithMetadata(new FilePart("file")).Gives<Pinned>();
        app.MapMethods("/ipfs/{cid}", [HttpMethods.Get, HttpMethods.Head], GatewayEndpoints.GetAsync).Anywhere().Does("getContent", "A file by its content id.", AccessRule.Open)
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
    }

    private static void MapNodes(this IEndpointRouteBuilder app)
    {
        app.MapGet("/nodes", NodeEndpoints.ListAsync).Does("getNodes", "All nodes and what they do.", AccessRule.Open).Gives<IReadOnlyList<NodeView>>();
        app.MapGet("/nodes/{node}", NodeEndpoints.GetAsync).Does("getNode", "One node.", AccessRule.Open).Gives<NodeView>();
        app.MapPost("/nodes/challenge", NodeEndpoints.ChallengeAsync).Anywhere().Does("challengeNode", "A text for a node to sign.", AccessRule.Open).Takes<ChallengeRequest>().Gives<ChallengeAnswer>();
        app.MapPost("/nodes/token", NodeEndpoints.TokenAsync).Anywhere().Does("issueNodeToken", "A token for whoever signed the text.", AccessRule.Open).Takes<TokenRequest>().Gives<TokenAnswer>();
        app.MapPost("/nodes/register", NodeEndpoints.RegisterAsync).Does("registerNode", "Makes a node known.", AccessRule.Key(Scopes.NodesRegister)).Takes<RegisterNodeRequest>().Gives<NodeView>().Once();
        app.MapPost("/nodes/join", NodeEndpoints.JoinAsync).Does("joinMarket", "The node waits for jobs of a market.", AccessRule.Node).Takes<JoinMarketRequest>().Gives<NodeView>();
        app.MapPost("/nodes/leave", NodeEndpoints.LeaveAsync).Does("leaveMarket", "The node takes no new jobs.", AccessRule.Node).Gives<NodeView>();
        app.MapPost("/nodes/drain", NodeEndpoints.DrainAsync).Does("drain", "The node finishes what it runs and takes nothing new.", AccessRule.Node).Takes<DrainRequest>().Gives<NodeView>();
        app.MapPost("/nodes/resume", NodeEndpoints.ResumeAsync).Does("resume", "The node takes jobs again.", AccessRule.Node).Gives<NodeView>();
        app.MapPost("/nodes/{node}/drain", NodeEndpoints.DrainAsync).Does("drainNode", "For the operator: the node finishes what it runs and takes nothing new.", AccessRule.Operator).Takes<DrainRequest>().Gives<NodeView>().Once();
        app.MapPost("/nodes/{node}/resume", NodeEndpoints.ResumeAsync).Does("resumeNode", "For the operator: the node takes jobs again.", AccessRule.Operator).Gives<NodeView>().Once();
        app.MapPost("/nodes/heartbeat", NodeEndpoints.HeartbeatAsync).Does("beat", "Renews the node's leases and says what it shall be doing.", AccessRule.Node).Takes<Heartbeat>().Gives<HeartbeatAnswer>();
        app.MapPost("/nodes/runs/{run}/start", NodeEndpoints.StartRunAsync).Does("startRun", "The run's containers are about to start.", AccessRule.Node).Takes<RunStart>().Gives<RunStarted>();
        app.MapGet("/nodes/runs/{run}/secrets", NodeEndpoints.SecretsOfRunAsync).Does("getRunSecrets", "The secrets that the run's definition names.", AccessRule.Node).Gives<RunSecrets>()
            .Query("epoch", "The run's number.");
        app.MapPost("/nodes/runs/{run}/finish", NodeEndpoints.FinishRunAsync).Does("finishRun", "The run's containers have ended.", AccessRule.Node).Takes<RunFinish>().Gives<RunFinished>();
        app.MapGet("/nodes/tunnel", NodeEndpoints.TunnelAsync).Anywhere().Does("openTunnel", "A WebSocket over which the node serves HTTP/2.", AccessRule.Node).Produces(StatusCodes.Status101SwitchingProtocols);
    }
}
