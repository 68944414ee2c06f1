using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary><c>vault topup</c> and <c>vault withdraw</c>.</summary>
internal sealed class VaultMoveCommand : NetworkCommand
{
    private readonly Argument<AccountAddress> _vault = Parsed.Argument<AccountAddress>("vault", "The vault's address.");
    private readonly Argument<Credits?> _amount;
    private readonly bool _isWithdrawal;

    private VaultMoveCommand(Terminal terminal, string name, string description, string amount, bool isWithdrawal)
        : base(terminal, name, description)
    {
        _isWithdrawal = isWithdrawal;
        _amount = new("amount") { Description = amount, Arity = isWithdrawal ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne, CustomParser = Parsed.Amount };
        Add(_vault);
        Add(_amount);
        AddCommonOptions();
    }

    public static VaultMoveCommand TopUp(Terminal terminal) =>
        new(terminal, "topup", "Moves credits from your balance to a vault.", "How many, in USD.", isWithdrawal: false);

    public static VaultMoveCommand Withdraw(Terminal terminal) =>
        new(terminal, "withdraw", "Moves credits from a vault back to your balance.", "How many, in USD. [default: all that is not held for jobs]", isWithdrawal: true);

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var (vaults, vault, amount) = (client.Deployments.Vaults, parsed.GetRequiredValue(_vault), parsed.GetValue(_amount));
        var moved = _isWithdrawal ? await vaults.WithdrawAsync(vault, amount, cancellation) : await vaults.TopUpAsync(vault, amount ?? default, cancellation);
        Terminal.Say($"Moved {moved.Amount}; the vault has {moved.Vault.Available} to spend.");
        if (WantsJson(parsed))
            Terminal.PrintJson(moved, ProtocolJson.Default.CreditsMoved);
        return ExitCodes.Ok;
    }
}
