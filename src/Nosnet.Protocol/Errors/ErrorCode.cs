namespace Nosnet.Protocol;

/// <summary>Why something was refused: one of the catalogue below, which is the only one.</summary>
/// <param name="Code">The machine-readable code, in the <c>code</c> field of an error body.</param>
/// <param name="Status">The HTTP status that goes with it.</param>
/// <param name="Title">What it means, in a few words, without the facts of the case.</param>
/// <param name="Retryable">Whether the same request may succeed later, unchanged.</param>
public sealed record ErrorCode(string Code, int Status, string Title, bool Retryable = false)
{
    private static readonly Dictionary<string, ErrorCode> Catalogue = new(StringComparer.Ordinal);

#pragma warning disable CS1591 // each carries its own title
    public static readonly ErrorCode MalformedRequest = Define("MALFORMED_REQUEST", 400, "The request cannot be read");
    public static readonly ErrorCode InvalidParameter = Define("INVALID_PARAMETER", 400, "A parameter is missing or out of range");
    public static readonly ErrorCode InvalidDefinition = Define("INVALID_JOB_DEFINITION", 400, "The job definition is not valid");
    public static readonly ErrorCode InvalidTimeout = Define("INVALID_TIMEOUT", 400, "The timeout is out of range");
    public static readonly ErrorCode UnknownMarket = Define("UNKNOWN_MARKET", 400, "There is no such market");
    public static readonly ErrorCode MarketClosed = Define("MARKET_CLOSED", 400, "The market takes no new jobs");
    public static readonly ErrorCode UnknownNode = Define("UNKNOWN_NODE", 400, "There is no such node in the market");
    public static readonly ErrorCode NodeBusy = Define("NODE_BUSY", 409, "The node cannot take a job now", Retryable: true);
    public static readonly ErrorCode NodeUnfit = Define("NODE_UNFIT", 400, "The node's machine cannot run the job");
    public static readonly ErrorCode InvalidSchedule = Define("INVALID_SCHEDULE", 400, "The schedule cannot be read or never comes");
    public static readonly ErrorCode TooManyReplicas = Define("TOO_MANY_REPLICAS", 400, "The account has too many replicas");
    public static readonly ErrorCode TooManyRevisions = Define("TOO_MANY_REVISIONS", 400, "The deployment has too many revisions");
    public static readonly ErrorCode RevisionNotFound = Define("REVISION_NOT_FOUND", 400, "The deployment has no such revision");
    public static readonly ErrorCode ContentNotFound = Define("CONTENT_NOT_FOUND", 404, "The network does not hold that content");
    public static readonly ErrorCode DefinitionNotFound = Define("DEFINITION_NOT_FOUND", 400, "The job definition cannot be found on IPFS");
    public static readonly ErrorCode UnknownSecret = Define("UNKNOWN_SECRET", 400, "The job definition names a secret that there is not");
    public static readonly ErrorCode WebhookUrlRefused = Define("WEBHOOK_URL_REFUSED", 400, "No webhook goes to that URL");
    public static readonly ErrorCode Unauthenticated = Define("UNAUTHENTICATED", 401, "No valid credentials were sent");
    public static readonly ErrorCode InsufficientCredits = Define("INSUFFICIENT_CREDITS", 402, "There are too few credits");
    public static readonly ErrorCode BudgetReached = Define("BUDGET_REACHED", 402, "The deployment's budget is spent or held");
    public static readonly ErrorCode InsufficientScope = Define("INSUFFICIENT_SCOPE", 403, "The API key may not do this");
    public static readonly ErrorCode CapReached = Define("CAP_REACHED", 403, "A cap of the account or the API key does not allow it");
    public static readonly ErrorCode OperatorOnly = Define("OPERATOR_ONLY", 403, "Only the operator may do this");
    public static readonly ErrorCode JobNotFound = Define("JOB_NOT_FOUND", 404, "There is no such job of yours");
    public static readonly ErrorCode DeploymentNotFound = Define("DEPLOYMENT_NOT_FOUND", 404, "There is no such deployment of yours");
    public static readonly ErrorCode VaultNotFound = Define("VAULT_NOT_FOUND", 404, "There is no such vault of yours");
    public static readonly ErrorCode MarketNotFound = Define("MARKET_NOT_FOUND", 404, "There is no such market");
    public static readonly ErrorCode NodeNotFound = Define("NODE_NOT_FOUND", 404, "There is no such node");
    public static readonly ErrorCode AccountNotFound = Define("ACCOUNT_NOT_FOUND", 404, "There is no such account");
    public static readonly ErrorCode ApiKeyNotFound = Define("API_KEY_NOT_FOUND", 404, "There is no such API key of yours");
    public static readonly ErrorCode SecretNotFound = Define("SECRET_NOT_FOUND", 404, "There is no such secret of yours");
    public static readonly ErrorCode WebhookNotFound = Define("WEBHOOK_NOT_FOUND", 404, "There is no such webhook of yours");
    public static readonly ErrorCode ReceiptNotFound = Define("RECEIPT_NOT_FOUND", 404, "There is no such receipt of yours");
    public static readonly ErrorCode ServiceNotFound = Define("SERVICE_NOT_FOUND", 404, "No running job exposes that service");
    public static readonly ErrorCode OperationNotFound = Define("OPERATION_NOT_FOUND", 404, "The job has no such operation");
    public static readonly ErrorCode RouteNotFound = Define("ROUTE_NOT_FOUND", 404, "There is no such route");
    public static readonly ErrorCode MethodNotAllowed = Define("METHOD_NOT_ALLOWED", 405, "The route does not take this method");
    public static readonly ErrorCode JobEnded = Define("JOB_ENDED", 409, "The job has already ended");
    public static readonly ErrorCode NotRunning = Define("NOT_RUNNING", 409, "It does not run now", Retryable: true);
    public static readonly ErrorCode DeploymentState = Define("DEPLOYMENT_STATE", 409, "The deployment's state does not allow it");
    public static readonly ErrorCode DeploymentExists = Define("DEPLOYMENT_EXISTS", 409, "There is already a deployment under that key");
    public static readonly ErrorCode StaleEpoch = Define("STALE_EPOCH", 409, "The run belongs to another epoch");
    public static readonly ErrorCode NameTaken = Define("NAME_TAKEN", 409, "That name or address is already taken");
    public static readonly ErrorCode MarketInUse = Define("MARKET_IN_USE", 409, "The market still has jobs");
    public static readonly ErrorCode IdempotencyKeyInProgress = Define("IDEMPOTENCY_KEY_IN_PROGRESS", 409, "The request under this idempotency key is still under way", Retryable: true);
    public static readonly ErrorCode IdempotencyKeyExpired = Define("IDEMPOTENCY_KEY_EXPIRED", 409, "The idempotency key was used too long ago");
    public static readonly ErrorCode IdempotencyKeyPayloadMismatch = Define("IDEMPOTENCY_KEY_PAYLOAD_MISMATCH", 409, "The idempotency key was used for another request");
    public static readonly ErrorCode TooLarge = Define("TOO_LARGE", 413, "The body is too large");
    public static readonly ErrorCode UnsupportedMediaType = Define("UNSUPPORTED_MEDIA_TYPE", 415, "The body's type is not supported");
    public static readonly ErrorCode RateLimited = Define("RATE_LIMITED", 429, "Too many requests", Retryable: true);
    public static readonly ErrorCode Internal = Define("INTERNAL", 500, "The server failed");
    public static readonly ErrorCode ServiceBroken = Define("SERVICE_BROKEN", 502, "The service gave no answer");
    public static readonly ErrorCode NodeUnreachable = Define("NODE_UNREACHABLE", 502, "The node cannot be reached", Retryable: true);
    public static readonly ErrorCode Unavailable = Define("UNAVAILABLE", 503, "The service is not available now", Retryable: true);
#pragma warning restore CS1591

    /// <summary>Every code there is.</summary>
    public static IReadOnlyCollection<ErrorCode> All => Catalogue.Values;

    /// <summary>The entry of the catalogue with this code, or null where a newer server made it up.</summary>
    public static ErrorCode? Find(string? code) => code is null ? null : Catalogue.GetValueOrDefault(code);

    private static ErrorCode Define(string code, int status, string title, bool Retryable = false)
    {
        var entry = new ErrorCode(code, status, title, Retryable);
        Catalogue.Add(code, entry);
        return entry;
    }
}
