using System.ComponentModel;
using System.Globalization;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Sets the guest's clock against the host's. A reset of the machine keeps it only where the guest has written it to its hardware clock; a power-on does not.</summary>
[Keyword("clock", Value = nameof(Offset)), Description("Set the guest's clock: how far it is off the host's.")]
public sealed record ClockStep : Step
{
    [Description("How far, with its sign and unit (s, m, h, d); +0s sets it right."), Format("^[+-][0-9]{1,9}[smhd]$", "an offset such as +400d, -2h or +0s"), Example("-400d")]
    public required string Offset { get; init; }

    /// <summary>The offset as a length of time.</summary>
    [Unwritten]
    public TimeSpan Shift => long.Parse(Offset.AsSpan(..^1), NumberStyles.AllowLeadingSign) * (Offset[^1] switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(1),
    });

    private protected override string Describe() => Offset;
}
