using System.Xml.Linq;

namespace Nosnet.EndToEnd;

/// <summary>The plan of the house: which project may know which.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Nosnet.Protocol"] = [],
        ["Nosnet.Engine"] = ["Nosnet.Protocol"],
        ["Nosnet.Storage"] = ["Nosnet.Engine"],
        ["Nosnet.Client"] = ["Nosnet.Protocol"],
        ["Nosnet.Node"] = ["Nosnet.Client"],
        ["Nosnet.Server"] = ["Nosnet.Engine", "Nosnet.Storage"],
        ["Nosnet.Cli"] = ["Nosnet.Server", "Nosnet.Node", "Nosnet.Client"],
    };

    public static TheoryData<string> Projects => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_knows_only_those_below_it(string path)
    {
        var project = XDocument.Load(path);

        var known = project.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

        known.ShouldBeSubsetOf(Arrows[Path.GetFileNameWithoutExtension(path)]);
    }

    [Theory]
    [InlineData("Nosnet.Engine", "AspNetCore", "Sqlite", "Npgsql", "Docker", "System.Net.Http")]
    [InlineData("Nosnet.Protocol", "AspNetCore", "Sqlite", "Npgsql", "Docker", "System.Net.Http")]
    [InlineData("Nosnet.Node", "Nosnet.Engine", "Nosnet.Storage", "Nosnet.Server")]
    [InlineData("Nosnet.Client", "AspNetCore", "Nosnet.Engine", "Nosnet.Storage")]
    public void A_project_is_built_without_what_is_not_its_business(string project, params string[] forbidden)
    {
        var assembly = System.Reflection.Assembly.Load(project);

        var built = assembly.GetReferencedAssemblies().Select(a => a.Name!);

        built.ShouldNotContain(name => forbidden.Any(f => name.Contains(f, StringComparison.Ordinal)));
    }
}
