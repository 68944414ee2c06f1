using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

/// <summary>Addresses and bodies that tests share.</summary>
internal static class Sample
{
    public const string Market = "CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ";
    public const string Cid = "QmR9F9tMJWdhSCvqjPiTnthG4aEKz8DgJK35ko96YgbpXY";
    public const string Account = "So11111111111111111111111111111111111111112";

    public static readonly JobAddress Job = JobAddress.Parse("7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGHq");
    public static readonly NodeAddress Node = NodeAddress.Parse("97G9NnvBDQ2WpKu6fasoMsAKmfj63C9rhysJnkeWodAf");
    public static readonly RunAddress Run = RunAddress.Parse("EzuHhkrhmV98HWzREsgLenKj2iHdJgrKmzfL8psP8Aso");

    /// <summary>A job as the official service answers with it: numbers for states, seconds for times, no address.</summary>
    public static string OfficialJob(int state = 1, string? jobStatus = null, string node = Account) => $$"""
        {"ipfsJob":"{{Cid}}","ipfsResult":null,"market":"{{Market}}","node":"{{node}}","payer":"{{Account}}","price":43,
         "project":"{{Account}}","state":{{state}},"type":null,"jobDefinition":null,"jobResult":null,"jobStatus":{{(jobStatus is null ? "null" : $"\"{jobStatus}\"")}},
         "timeEnd":0,"timeStart":1767225600,"benchmarkProcessedAt":null,"timeout":3600,"usdRewardPerHour":0.0436363636363,"listedAt":1767225500}
        """;

    /// <summary>A job as a Nosnet network answers with it.</summary>
    public static string Job1(string status = "running", string more = "") => $$"""
        {"ipfsJob":"{{Cid}}","ipfsResult":null,"market":"{{Market}}","node":"{{Node}}","payer":"{{Account}}","price":0.048,
         "project":"{{Account}}","state":1,"type":null,"jobStatus":null,"timeStart":1767225600,"timeEnd":0,"timeout":3600,
         "usdRewardPerHour":0.0436,"listedAt":1767225500,"address":"{{Job}}","status":"{{status}}","stopRequested":false,"run":"{{Run}}",
         "epoch":1,"costUsd":0.000013334,"reservedUsd":0.048,"postedAt":"2026-01-01T00:00:00Z","startedAt":"2026-01-01T00:00:01.5Z",
         "expiresAt":"2026-01-01T01:00:01.5Z","endpoints":[{"opId":"web","port":8080,"url":"https://x.localhost"}]{{more}}}
        """;

    public static string Progress(string status, int? position = null) =>
        $$"""{"status":"{{status}}","epoch":1{{(position is { } p ? $$""","queue":{"position":{{p}},"length":{{p}},"freeNodes":0}""" : "")}}}""";

    public static string Log(int number, string message, int epoch = 1) => Event(
        "log", $$"""{"id":{{number}},"opId":"hello","kind":"stdout","timestamp":"2026-01-01T00:00:00Z","message":"{{message}}"}""", $"{epoch}.{number}");

    public static string Event(string name, string data, string? id = null) =>
        $"event: {name}\n{(id is null ? "" : $"id: {id}\n")}{string.Concat(data.Split('\n').Select(line => $"data: {line.Trim('\r')}\n"))}\n";
}
