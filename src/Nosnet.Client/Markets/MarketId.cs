using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Which market: its address, or on a Nosnet network its short name. Strings and addresses convert to one by themselves.</summary>
public readonly record struct MarketId
{
    private readonly string? _text;

    /// <summary>A market by its address or short name.</summary>
    /// <exception cref="ArgumentException">The text is empty or longer than 100 characters.</exception>
    public MarketId(string text) =>
        _text = text?.Trim() is { Length: > 0 and <= 100 } id
            ? id
            : throw new ArgumentException("A market is named by its address or by its short name, up to 100 characters.", nameof(text));

    /// <summary>A market by its address or short name.</summary>
    public static implicit operator MarketId(string text) => new(text);

    /// <summary>A market by its address.</summary>
    public static implicit operator MarketId(MarketAddress address) => new(address.ToString());

    /// <summary>The address or short name.</summary>
    public override string ToString() => _text ?? throw new InvalidOperationException("No market was named; give its address or its short name.");
}
