namespace Nosnet.Protocol;

/// <summary>What people and markets may want to know of a definition. Of all this only <see cref="SystemResources"/> has an effect: see <see cref="JobRequirements"/>.</summary>
public sealed record DefinitionMeta
{
    /// <summary>What posts the job: "cli", "dashboard", "api" are in use.</summary>
    public string? Trigger { get; init; }

    /// <summary>What the job needs: <c>required_vram</c> in GB, say.</summary>
    public ValueMap<MetaScalar> SystemResources { get; init; } = [];

    /// <summary>Anything else, two levels deep at most.</summary>
    public ValueMap<MetaValue> More { get; init; } = [];
}

/// <summary>A value in the meta data of a definition.</summary>
public abstract record MetaValue
{
    private protected MetaValue()
    {
    }

    /// <summary>A text.</summary>
    public static implicit operator MetaValue(string text) => new MetaText(text);

    /// <summary>A number.</summary>
    public static implicit operator MetaValue(double number) => new MetaNumber(number);
}

/// <summary>A text or a number.</summary>
public abstract record MetaScalar : MetaValue
{
    private protected MetaScalar()
    {
    }

    /// <summary>A text.</summary>
    public static implicit operator MetaScalar(string text) => new MetaText(text);

    /// <summary>A number.</summary>
    public static implicit operator MetaScalar(double number) => new MetaNumber(number);
}

/// <summary>A text.</summary>
public sealed record MetaText(string Text) : MetaScalar;

/// <summary>A number; JSON has none that is infinite or no number.</summary>
public sealed record MetaNumber(double Number) : MetaScalar;

/// <summary>A list of texts and numbers.</summary>
public sealed record MetaList(ValueList<MetaScalar> Items) : MetaValue;

/// <summary>Names with texts, numbers or lists of them; a map within a map is refused.</summary>
public sealed record MetaMap(ValueMap<MetaValue> Values) : MetaValue;
