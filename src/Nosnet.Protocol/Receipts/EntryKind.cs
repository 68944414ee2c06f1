using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>What an entry tells. The numbers are on disk and never change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EntryKind>))]
public enum EntryKind : byte
{
    /// <summary>An account was made.</summary>
    AccountCreated = 1,

    /// <summary>Credits were given to an account.</summary>
    CreditsGranted = 2,

    /// <summary>A job was posted, and its price held.</summary>
    JobPosted = 3,

    /// <summary>A job was given to a node.</summary>
    JobAssigned = 4,

    /// <summary>A run's containers start: from here on it costs.</summary>
    RunStarted = 5,

    /// <summary>A job may run longer, and more is held for it.</summary>
    JobExtended = 6,

    /// <summary>A running job is to be stopped.</summary>
    StopRequested = 7,

    /// <summary>A node lost a run.</summary>
    RunLost = 8,

    /// <summary>A job ended, and was settled.</summary>
    JobEnded = 9,

    /// <summary>A node was made known.</summary>
    NodeRegistered = 10,

    /// <summary>A market was opened.</summary>
    MarketOpened = 11,

    /// <summary>A market was changed.</summary>
    MarketChanged = 12,

    /// <summary>An API key was made.</summary>
    ApiKeyCreated = 13,

    /// <summary>An API key was removed.</summary>
    ApiKeyDeleted = 14,

    /// <summary>Credits were moved between an account and a vault of it.</summary>
    CreditsMoved = 15,

    /// <summary>An account, or an API key of it, was given other caps, or another balance to be told of.</summary>
    LimitsChanged = 20,

    /// <summary>What an account can spend has fallen below what it wants to be told of.</summary>
    BalanceLow = 21,
}
