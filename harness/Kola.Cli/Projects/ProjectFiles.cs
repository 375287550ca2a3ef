using Kola.Machines.Capabilities;
using Kola.Yaml;

namespace Kola.Cli.Projects;

/// <summary>The files of a new project.</summary>
/// <param name="library">Whether this program has a scenario library, from which the policy can take some.</param>
internal sealed class ProjectFiles(ProjectOutline outline, bool library)
{
    /// <summary>By name, from the project's folder.</summary>
    public IReadOnlyList<(string Name, string Text)> All() =>
    [
        ("images/catalog.yaml", Catalog()),
        ("ci/gate.yaml", Policy()),
        ("scenarios/boot/starts.yaml", Scenario()),
        .. outline.Pipeline is "github" or "both" ? [(".github/workflows/kola.yml", PipelineFiles.GitHub)] : Array.Empty<(string, string)>(),
        .. outline.Pipeline is "gitlab" or "both" ? [("ci/kola.gitlab-ci.yml", PipelineFiles.GitLab)] : Array.Empty<(string, string)>(),
    ];

    private string Catalog() => $"""
        # The images of this project; `kola image list` shows them, `kola lint` checks this file. For editors: kola schema catalog > images/catalog.schema.json
        # Releases that play roles in scenarios when none are given by --previous, --candidate and --next.
        roles: {"{"}candidate: {outline.Image}{"}"}

        images:
          {outline.Image}:
            file: {Quoted(outline.Disk)}
            # The version of that disk.
            release: {Quoted(outline.Release)}
            architecture: x86_64
            firmware: {outline.Firmware}
            provisioning: {outline.Provisioning}
            adapter: {outline.Adapter}
            user: {outline.User}
            # What the OS can. A scenario that needs something else does not apply; one that applies puts it on trial.
            capabilities: [{Words(outline.Capabilities)}]

        """;

    private string Policy()
    {
        var taken = library ? outline.Library() : [];
        Capability[] promised = [.. outline.Capabilities.Intersect([Capability.SelfUpdate, Capability.AtomicSlots, Capability.AutomaticRollback])];
        return $"""
            # What must be proven before a release may ship. `kola lint` checks this file, `kola gate` judges by it.
            {(taken is [] ? "" : $"# Scenarios that come with Kola (kola list --library). A file below scenarios/ with the same name takes the place of one.\nlibrary: [{string.Join(", ", taken.Select(Quoted))}]\n")}required:
              - paths: [{(taken is [] ? "scenarios" : "scenarios, library")}]
            {(taken is [] || promised is [] ? "" : $"# What the OS must be able to do: nobody makes the gate smaller by deleting a word of images/catalog.yaml.\ncapabilities: [{Words(promised)}]\n")}# A second attempt that passes is reported as flaky, and blocks.
            retries: 1
            flaky: block

            """;
    }

    private static string Scenario() => """
        scenario: boot.starts
        summary: The candidate boots, and no unit fails
        tags: [boot]
        image: candidate
        machines:
          node: {}
        steps:
          - expect: { failed-units: [] }
          - name: systemd considers the system running
            run: systemctl is-system-running --wait
            stdout: running

        """;

    private static string Words(IEnumerable<Capability> capabilities) => string.Join(", ", capabilities.Select(capability => capability.Word()));

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
