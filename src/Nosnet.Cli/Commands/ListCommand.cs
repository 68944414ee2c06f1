using System.CommandLine;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>A command that lists all there is of one kind.</summary>
internal sealed class ListCommand<T> : NetworkCommand
{
    private readonly Func<NosanaClient, CancellationToken, Task<IReadOnlyList<T>>> _list;
    private readonly Func<T, JsonElement> _json;
    private readonly string[] _headings;
    private readonly Func<T, object?[]> _row;

    public ListCommand(
        Terminal terminal, string description, Func<NosanaClient, CancellationToken, Task<IReadOnlyList<T>>> list, Func<T, JsonElement> json, string[] headings, Func<T, object?[]> row)
        : base(terminal, "list", description)
    {
        (_list, _json, _headings, _row) = (list, json, headings, row);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation) =>
        PrintList(parsed, await _list(client, cancellation), _json, _headings, _row);
}

/// <summary>The commands of that kind.</summary>
internal static class Lists
{
    public static Command Accounts(Terminal terminal) => new ListCommand<AccountView>(
        terminal, "Lists the network's accounts, as its operator: what they have, spent and earned.",
        async (client, cancellation) => await client.Accounts.ListAsync(pageSize: 100).ToListAsync(cancellation),
        account => JsonSerializer.SerializeToElement(account, ProtocolJson.Default.AccountView),
        ["ACCOUNT", "NAME", "ROLE", "AVAILABLE", "RESERVED", "SPENT", "EARNED", "JOBS", "CREATED"],
        account =>
        [
            account.Account, account.Name, account.Role, account.AvailableCredits, account.ReservedCredits, account.SettledCredits, account.EarnedCredits, account.Jobs, account.CreatedAt,
        ]);

    public static Command Keys(Terminal terminal) => new ListCommand<ApiKey>(
        terminal, "Lists the account's API keys, never the keys themselves.", (client, cancellation) => client.ApiKeys.ListAsync(cancellation), key => key.Json,
        ["KEY", "NAME", "STATUS", "EXPIRES", "CAP AT ONCE", "A DAY", "A JOB"],
        key => [key.Id, key.Name, key.Status, key.ExpiresAt, key.Caps?.MaxReservedUsd, key.Caps?.MaxPerDayUsd, key.Caps?.MaxPerJobUsd]);

    public static Command Markets(Terminal terminal) => new ListCommand<Market>(
        terminal, "Lists the markets.", (client, cancellation) => client.Markets.ListAsync(cancellation), market => market.Json,
        ["MARKET", "ADDRESS", "PER HOUR", "HARDWARE", "QUEUED", "RUNNING", "FREE NODES", "OPEN"],
        market =>
        [
            market.Slug, market.Address, market.PricePerHour, string.Join(", ", market.GpuTypes), market.QueuedJobs, market.RunningJobs, market.FreeNodes, market.Open ? "yes" : "no",
        ]);

    public static Command Secrets(Terminal terminal) => new ListCommand<SecretView>(
        terminal, "Lists the account's secrets by name. Their values are never shown.", (client, cancellation) => client.Secrets.ListAsync(cancellation),
        secret => JsonSerializer.SerializeToElement(secret, ProtocolJson.Default.SecretView),
        ["SECRET", "CREATED", "UPDATED", "LAST USED"], secret => [secret.Name, secret.CreatedAt, secret.UpdatedAt, secret.LastUsedAt]);

    public static Command Vaults(Terminal terminal) => new ListCommand<Vault>(
        terminal, "Lists your vaults, your own balance first.", (client, cancellation) => client.Deployments.Vaults.ListAsync(cancellation), vault => vault.Json,
        ["VAULT", "NAME", "AVAILABLE", "RESERVED", "CREATED"], vault => [vault.Address, vault.Name, vault.Available, vault.Reserved, vault.CreatedAt]);

    public static Command Webhooks(Terminal terminal) => new ListCommand<WebhookView>(
        terminal, "Lists the account's webhooks. Their secrets are never shown.", (client, cancellation) => client.Webhooks.ListAsync(cancellation),
        webhook => JsonSerializer.SerializeToElement(webhook, ProtocolJson.Default.WebhookView),
        ["WEBHOOK", "URL", "EVENTS", "CREATED"], webhook => [webhook.Id, webhook.Url, string.Join(' ', webhook.Events), webhook.CreatedAt]);
}
