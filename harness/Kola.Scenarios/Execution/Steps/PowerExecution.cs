using Kola.Scenarios.Steps;

namespace Kola.Scenarios.Execution.Steps;

internal static class PowerExecution
{
    public static async Task<string?> RebootAsync(RebootStep step, StepContext context, CancellationToken cancellation)
    {
        await context.Live.RebootAsync(step.How == RebootKind.Hard, cancellation);
        return $"boot {context.Live.Boots.Count}";
    }

    public static async Task<string?> PowerOffAsync(StepContext context, CancellationToken cancellation)
    {
        await context.Live.PowerOffAsync(cancellation);
        return null;
    }

    public static async Task<string?> PowerOnAsync(PowerOnStep step, StepContext context, CancellationToken cancellation)
    {
        await context.Live.PowerOnAsync(cancellation, step.Ready);
        return context.Live.IsReady ? $"boot {context.Live.Boots.Count}" : null;
    }

    public static async Task<string?> PowerCutAsync(StepContext context, CancellationToken cancellation)
    {
        await context.Live.PowerCutAsync(cancellation);
        return null;
    }
}
