using System.Reflection;
using System.Runtime.CompilerServices;
using Nosnet.Protocol;

namespace Nosnet.Cli.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void Every_exit_code_is_documented_by_number_and_name()
    {
        var documented = File.ReadLines(InRepository("docs/cli.md")).Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => int.TryParse(cells[1], out _)).Select(cells => $"{cells[2]} = {cells[1]}");
        var defined = typeof(ExitCodes).GetFields(BindingFlags.Static | BindingFlags.Public).Select(f => $"{f.Name} = {f.GetRawConstantValue()}");
        documented.ShouldBe(defined);
    }

    [Fact]
    public void The_sample_definition_can_run() =>
        JobDefinitionParser.Parse(File.ReadAllBytes(InRepository("samples/hello.json"))).Findings.ShouldBeEmpty();

    [Fact]
    public void The_sample_deployment_can_be_applied() =>
        DeploymentFile.Read(InRepository("samples/web.json")).Strategy.ShouldBe(DeploymentStrategy.Infinite);

    private static string InRepository(string path, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", path);
}
