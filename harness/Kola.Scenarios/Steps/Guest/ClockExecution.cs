using System.Globalization;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Guest;

internal static class ClockExecution
{
    /// <summary>An emulated guest takes its time between the host's clock and its own.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    public static async Task<string?> RunAsync(ClockStep step, StepContext context, CancellationToken cancellation)
    {
        var wanted = context.Time.GetUtcNow() + step.Shift;
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
