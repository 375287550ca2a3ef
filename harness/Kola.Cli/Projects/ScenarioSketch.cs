using System.Text;
using Kola.Machines.Capabilities;
using Kola.Yaml;

namespace Kola.Cli.Projects;

/// <summary>The text of a new scenario: valid as it is, and short enough to be rewritten.</summary>
internal sealed record ScenarioSketch
{
    /// <summary>Dotted: <c>boot.fast</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>A role.</summary>
    public required string Image { get; init; }

    public required IReadOnlyList<Capability> Needs { get; init; }

    /// <summary>Path of the schema for editors, from the scenario's folder; <see langword="null"/>: there is none.</summary>
    public string? Schema { get; init; }

    /// <summary>The role of the machines of a scenario with these needs: an update begins at the release in the field.</summary>
    public static string UsualImage(IReadOnlyList<Capability> needs) => needs.Contains(Capability.SelfUpdate) ? "previous" : "candidate";

    public override string ToString()
    {
        var text = new StringBuilder();
        if (Schema is not null)
            text.Append($"# yaml-language-server: $schema={Schema}\n");
        text.Append($"scenario: {Name}\nsummary: '{Summary.Replace("'", "''", StringComparison.Ordinal)}'\ntags: [{Name.Split('.')[0]}]\n");
        if (Needs is not [])
            text.Append($"needs: [{string.Join(", ", Needs.Select(need => need.Word()))}]\n");
        text.Append($"# For KVM; longer under emulation.\ntimeout: {(Updates ? "10m" : "5m")}\nimage: {Image}\nmachines:\n  node: {"{}"}\nsteps:\n");
        return text.Append(Updates ? Update() : Check()).ToString();
    }

    private bool Updates => Needs.Contains(Capability.SelfUpdate) && Image != Next;

    /// <summary>What the machine updates to.</summary>
    private string Next => Image is "candidate" or "next" ? "next" : "candidate";

    private static string Check() => """
          - expect: { failed-units: [] }
          - name: Say here what is tried
            run: systemctl is-system-running --wait
            stdout: running

        """;

    private string Update() => $$"""
          - serve: updates
            release: {{Next}}
          - update: {{Next}}

        """ + (Needs.Contains(Capability.AutomaticRollback) && Needs.Contains(Capability.BootCounting) ? $$"""
          - name: The new release cannot become healthy
            sabotage: failing-unit
            unit: health
            release: {{Next}}
          - fall-back: {{Image}}
            timeout: 3m
          - expect: { release: {{Image}}, failed-units: [] }

        """ : $$"""
          - reboot: soft
          - expect: { release: {{Next}}, failed-units: [] }

        """);
}
