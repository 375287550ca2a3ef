using System.ComponentModel;
using System.Globalization;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Sets the guest's clock against the host's. A reset of the machine keeps it only where the guest has written it to its hardware clock; a power-on does not.</summary>
[Keyword("clock", Value = nameof(Offset)), Description("Set the guest's clock: how far it is off the host's.")]
public sealed record ClockStep : Step, IMachineStep
{
    [Description("How far, with its sign and unit (s, m, h, d); +0s sets it right."), Format("^[+-][0-9]{1,9}[smhd]$", "an offset such as +400d, -2h or +0s"), Example("-400d")]
    public required string Offset { get; init; }

    /// <summary>The offset as a length of time, at most <see cref="MostDays"/> either way after loading.</summary>
    [Unwritten]
    public TimeSpan Shift => TimeSpan.FromSeconds(Seconds);

    private long Seconds => long.Parse(Offset.AsSpan(..^1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) * (Offset[^1] switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => 24 * 3600,
    });

    private protected override string Describe() => Offset;

    internal override void Check(StepChecks checks)
    {
        if (Math.Abs(Seconds) > MostDays * 24L * 3600)
            checks.Report(this, $"the offset {Offset} is too long; expected at most {MostDays}d either way");
    }

    /// <summary>A hundred years: beyond that clocks of guests differ in what they can hold.</summary>
    private const int MostDays = 36500;

    /// <summary>An emulated guest takes its time between the host's clock and its own.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var wanted = context.Time.GetUtcNow() + Shift;
        var result = await context.CommandAsync(
            context.Live.Ssh.AsRoot($"date -u -s @{wanted.ToUnixTimeSeconds()} > /dev/null && {{ hwclock --systohc --utc 2>/dev/null || true; }} && date -u +%s"), cancellation);
        if (!result.Succeeded || !long.TryParse(result.Stdout.Trim(), out var seconds))
            throw new StepFailedException($"{context.Live.Name}: the clock cannot be set: {result.Stderr.Trim()}{result.Stdout.Trim()}");
        var told = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return (told - wanted).Duration() <= Tolerance
            ? told.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : throw new StepFailedException($"{context.Live.Name}: the clock was set to {wanted:u} and says {told:u}; does something in the guest set it again?");
    }
}
