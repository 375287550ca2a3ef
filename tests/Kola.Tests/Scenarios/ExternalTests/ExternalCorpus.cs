using Kola.Machines.Provisioning;
using Kola.Scenarios.ExternalTests;
using Kola.Scenarios.Model;

namespace Kola.Tests.Scenarios.ExternalTests;

/// <summary>The example projects in <c>tests/corpus/external</c>.</summary>
internal static class ExternalCorpus
{
    public static string Folder(string project) => Path.Combine(Checkout.Root, "tests", "corpus", "external", project);

    /// <param name="butane">The program that translates Butane; none by default.</param>
    public static Task<FurtherScenarios> ReadAsync(string project, CancellationToken stop, string butane = "/no/such/butane") =>
        new ExternalProject(Folder(project), ReleaseRoles.None, new Butane(butane)).ReadAsync(stop);

    /// <summary>A test of the project <c>my-project</c>.</summary>
    /// <param name="name">Its name after <c>ext.my-project.</c>.</param>
    public static async Task<ScenarioCase> CaseAsync(string name, CancellationToken stop) =>
        (await ReadAsync("my-project", stop)).Scenarios.Single(scenario => scenario.Name == $"ext.my-project.{name}").Expand().Single();
}
