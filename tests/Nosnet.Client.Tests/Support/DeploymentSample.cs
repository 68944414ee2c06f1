using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

/// <summary>Deployments as networks answer with them.</summary>
internal static class DeploymentSample
{
    public const string Definition = """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"work","args":{"image":"busybox","cmd":"sleep 1","expose":8080}}]}""";

    public static readonly DeploymentAddress Address = DeploymentAddress.Parse("7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGHq");

    public static readonly JobDefinition Parsed = JobDefinitionParser.Parse(Definition).Definition!;

    /// <summary>A deployment as official managers answer with it, and with what is given behind.</summary>
    public static string Official(string name = "web", string status = "RUNNING", string strategy = "SIMPLE", string more = "") => $$"""
        {"id":"{{Address}}","name":"{{name}}","vault":"{{Sample.Account}}","market":"gpu","owner":"{{Sample.Account}}","status":"{{status}}","replicas":2,"timeout":90,
         "endpoints":[{"opId":"work","port":8080,"url":"https://x.example.com"}],"confidential":false,"active_revision":3,"active_jobs":1,
         "created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-02T00:00:00.000Z","strategy":"{{strategy}}"{{more}}}
        """;

    public static string Page(string items, string list, string? next = null, string? previous = null, int total = 1) => $$$"""
        {"{{{items}}}":[{{{list}}}],"pagination":{"cursor_next":{{{Text(next)}}},"cursor_prev":{{{Text(previous)}}},"total_items":{{{total}}} } }
        """;

    /// <summary>The active revision, of this definition as the network posts it.</summary>
    public static string Revisions(string definition = Definition) => Page("revisions", $$$"""
        {"revision":3,"deployment":"{{{Address}}}","ipfs_definition_hash":"{{{Sample.Cid}}}","created_at":"2026-01-01T00:00:00.000Z",
         "job_definition":{{{definition[..^1]}}},"deployment_id":"{{{Address}}}","meta":{"trigger":"deployment-manager"} } }
        """);

    private static string Text(string? cursor) => cursor is null ? "null" : $"\"{cursor}\"";
}
