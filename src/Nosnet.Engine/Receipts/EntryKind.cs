namespace Nosnet.Engine;

/// <summary>What an entry tells. The numbers are on disk and never change.</summary>
public enum EntryKind : byte
{
    AccountCreated = 1,
    CreditsGranted = 2,
    JobPosted = 3,
    JobAssigned = 4,
    RunStarted = 5,
    JobExtended = 6,
    StopRequested = 7,
    RunLost = 8,
    JobEnded = 9,
    NodeRegistered = 10,
    MarketOpened = 11,
    MarketChanged = 12,
    ApiKeyCreated = 13,
    ApiKeyDeleted = 14,
}
