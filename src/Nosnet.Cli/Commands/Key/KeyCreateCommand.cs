using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class KeyCreateCommand : NetworkCommand
{
    private readonly Argument<string> _name = new("name") { Description = "What it is for." };

    private readonly Option<string[]> _scopes = new("--scope")
    {
        Description = $"What it may do; may be repeated. One of {string.Join(", ", Scopes.All)}. [default: all that your key may]",
        HelpName = "scope",
    };

    private readonly Option<TimeSpan?> _expires = Durations.Option("--expires-in", "After how long it stops working. [default: never]");
    private readonly Option<AccountAddress?> _account = Parsed.Option<AccountAddress>("--account", "The account it shall belong to, as the operator. [default: yours]", "address");
    private readonly Option<string?> _newAccount = new("--new-account") { Description = "The name of a new account it shall belong to, as the operator.", HelpName = "name" };

    private readonly CapOptions _caps = new();

    public KeyCreateCommand(Terminal terminal)
        : base(terminal, "create", "Makes an API key and prints it. It is never shown again.")
    {
        Add(_name);
        Add(_scopes);
        Add(_expires);
        Add(_account);
        Add(_newAccount);
        _caps.AddTo(this);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var caps = _caps.Read(parsed);
        var request = new NewApiKey(parsed.GetRequiredValue(_name))
        {
            Scopes = parsed.GetValue(_scopes) is { Length: > 0 } scopes ? scopes : null,
            ExpiresIn = parsed.GetValue(_expires),
            Account = parsed.GetValue(_account),
            NewAccount = parsed.GetValue(_newAccount),
            Caps = caps.IsEmpty ? null : caps,
        };
        if (request is { Account: not null, NewAccount: not null })
            throw new UsageException("A key belongs to one account: give --account or --new-account, not both.");
        var key = await client.ApiKeys.CreateAsync(request, cancellation);
        Terminal.Say($"Made key {Plain.Text(key.Id)}{(key.Account is { } account ? $" of account {account}" : "")}. Keep it: it is shown only now.");
        if (WantsJson(parsed))
            Terminal.PrintJson(key.Json);
        else
            Terminal.Print(key.Key!);
        return ExitCodes.Ok;
    }
}
