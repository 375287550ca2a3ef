using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Scenarios.Model;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Checks a running machine's state. All that is given is checked, and every difference is told.</summary>
[Keyword("expect"), Description("Check the machine's state."), NotEmpty]
public sealed record ExpectStep : Step
{
    [Description("Release that is running."), Example("\"1\"")]
    public string? Release { get; init; }

    [Description("Slot that is running."), Example("A")]
    public string? Slot { get; init; }

    [Description("State by unit."), NotEmpty, Example("{ sshd.service: active }")]
    [Format(@"^[A-Za-z0-9:_.\\@-]+\.[a-z]+$", "a unit's full name such as sshd.service", Keys = true)]
    public IReadOnlyDictionary<string, UnitState> Units { get; init; } = new Dictionary<string, UnitState>();

    /// <summary><see langword="null"/>: not checked.</summary>
    [Description("Exactly the units that have failed; [] for none.")]
    public IReadOnlyList<string>? FailedUnits { get; init; }

    [Description("What paths must be: absent, present, or a mapping."), NotEmpty, Format("^/", "an absolute path", Keys = true)]
    [Example("{ /etc/hostname: { equals: node1 }, /etc/nologin: absent }")]
    public IReadOnlyDictionary<string, FileExpectation> Files { get; init; } = new Dictionary<string, FileExpectation>();

    [Description("Kernel command line.")]
    public TextExpectation? Cmdline { get; init; }

    [Description("How often the machine has booted in this attempt, the first boot counted."), Range(1, 1000)]
    public int? Boots { get; init; }

    [Description("Whether the running release is marked good.")]
    public bool? MarkedGood { get; init; }

    [Description("Boot tries that the running release has left."), Range(0, 100)]
    public int? TriesLeft { get; init; }

    private protected override string Describe()
    {
        List<string?> parts =
        [
            Release is null ? null : $"release {Release}",
            Slot is null ? null : $"slot {Slot}",
            .. Units.Select(unit => $"{unit.Key} {unit.Value.ToString().ToLowerInvariant()}"),
            FailedUnits is null ? null : FailedUnits is [] ? "no failed units" : $"failed: {string.Join(' ', FailedUnits)}",
            .. Files.Keys,
            Cmdline is null ? null : "kernel command line",
            Boots is null ? null : Boots == 1 ? "1 boot" : $"{Boots} boots",
            MarkedGood is null ? null : MarkedGood.Value ? "marked good" : "not marked good",
            TriesLeft is null ? null : $"{TriesLeft} tries left",
        ];
        return Shorten(string.Join(", ", parts.OfType<string>()));
    }
}
