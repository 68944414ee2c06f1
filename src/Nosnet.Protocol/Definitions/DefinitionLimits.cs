namespace Nosnet.Protocol;

/// <summary>How large a job definition may be. The official schema has no limits; these are wide for people and narrow for attackers.</summary>
public static class DefinitionLimits
{
    /// <summary>Bytes of the whole document in UTF-8.</summary>
    public const int Bytes = 1024 * 1024;

    /// <summary>Levels of nesting.</summary>
    public const int Depth = 32;

    /// <summary>Operations.</summary>
    public const int Operations = 100;

    /// <summary>Characters of a name: of an operation, a volume, a variable, a result.</summary>
    public const int Name = 128;

    /// <summary>Characters of an image, a path, a URL and other short texts.</summary>
    public const int ShortText = 4096;

    /// <summary>Characters of a command's word or a variable's value; Linux takes no longer one.</summary>
    public const int LongText = 128 * 1024 - 1;

    /// <summary>Items of a list within an operation: words of a command, volumes, files.</summary>
    public const int Items = 1000;

    /// <summary>Results of an operation; each is matched against every line of its log.</summary>
    public const int Results = 64;

    /// <summary>Ports that all operations expose together; their node tells of each of them with every heartbeat.</summary>
    public const int ExposedPorts = 256;

    /// <summary>Findings that are listed of a document; what is wrong beyond is counted as one.</summary>
    public const int Findings = 1000;
}
