using System.Reflection;
using System.Text.RegularExpressions;
using FluentAssertions;
using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Scheduling;
using Kola.Yaml;
using NUnit.Framework;

namespace Kola.Tests;

/// <summary>Guards the layers of the house where project references alone do not.</summary>
public sealed partial class ArchitectureTests
{
    [Test]
    public void Machines_servers_and_results_do_not_know_each_other()
    {
        Assembly[] bottom = [typeof(MachineSpec).Assembly, typeof(RunEvent).Assembly, Assembly.Load("Kola.Servers")];

        foreach (var assembly in bottom)
            assembly.GetReferencedAssemblies().Select(a => a.Name).Should().NotContain(name => name!.StartsWith("Kola.", StringComparison.Ordinal) && name != "Kola.Yaml", "{0} is a bottom layer", assembly.GetName().Name);
    }

    [Test]
    public void The_reader_of_YAML_is_at_the_very_bottom() =>
        typeof(YamlProblem).Assembly.GetReferencedAssemblies().Select(a => a.Name).Should().NotContain(name => name!.StartsWith("Kola.", StringComparison.Ordinal));

    [Test]
    public void The_harness_works_without_NUnit()
    {
        Assembly[] harness = [typeof(MachineSpec).Assembly, typeof(RunEvent).Assembly, typeof(Admission).Assembly, Assembly.Load("kola")];

        foreach (var assembly in harness)
            assembly.GetReferencedAssemblies().Select(a => a.Name).Should().NotContain(name => name!.StartsWith("nunit", StringComparison.OrdinalIgnoreCase));
    }

    [Test]
    public void QEMU_never_learns_what_provisioning_is()
    {
        var offenders = Sources("harness/Kola.Machines/Qemu").Where(f => File.ReadAllText(f).Contains("Kola.Machines.Provisioning", StringComparison.Ordinal));

        offenders.Should().BeEmpty();
    }

    [Test]
    public void The_harness_does_not_know_the_reference_OS()
    {
        var offenders = Sources("harness").Where(f => CodeNamingTheReferenceOs().IsMatch(File.ReadAllText(f)));

        offenders.Should().BeEmpty("it meets the reference OS through images/catalog.yaml and a guest adapter, as it meets any OS");
    }

    [TestCaseSource(typeof(AllowedEdges), nameof(AllowedEdges.Projects))]
    public void A_folder_uses_only_folders_that_the_table_allows(string project)
    {
        var (_, allowed) = AllowedEdges.Of(project);

        var offenders = AllowedEdges.Found(project).Where(edge => !allowed.Contains(edge.Key)).Select(edge => $"{edge.Key} in {edge.Value}");

        offenders.Should().BeEmpty("a folder may use only those that AllowedEdges names");
    }

    [TestCaseSource(typeof(AllowedEdges), nameof(AllowedEdges.Projects))]
    public void The_table_names_every_folder_and_has_no_cycle(string project)
    {
        var (folders, edges) = AllowedEdges.Of(project);

        folders.Should().BeEquivalentTo(AllowedEdges.FoldersOf(project));
        foreach (var edge in edges.Select(edge => edge.Split(" -> ")))
            folders.TakeWhile(folder => folder != edge[0]).Should().Contain(edge[1], "a line names only folders of the lines above it, so that there is no cycle");
    }

    [Test]
    public void No_file_is_longer_than_350_lines()
    {
        var offenders = Sources("harness").Concat(Sources("tests")).Where(f => File.ReadLines(f).Count() > 350);

        offenders.Should().BeEmpty();
    }

    [Test]
    public void No_folder_or_type_is_named_for_being_anything()
    {
        var offenders = Sources("harness").Where(f => VagueName().IsMatch(f));

        offenders.Should().BeEmpty();
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    // A string that code would compare with; help texts and comments may give it as an example.
    [GeneratedRegex("(==|!=|is|case|StartsWith\\(|Equals\\()\\s*\"kola-os")]
    private static partial Regex CodeNamingTheReferenceOs();

    [GeneratedRegex("(Common|Utils|Util|Manager|Helpers?|Base)(/|\\.cs$)")]
    private static partial Regex VagueName();
}
