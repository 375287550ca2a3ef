using Kola.Machines;
using Kola.Machines.Offline;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>What a step does on the boot disk of a machine that is off, within its time.</summary>
internal static class OfflineWork
{
    /// <exception cref="HostException">It timed out; only the host works here.</exception>
    public static Task<T> OnBootDiskAsync<T>(this MachineStepContext context, Func<OfflineDisk, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        context.WithinBoundAsync(token => context.Live.Machine.WithBootDiskAsync(work, token), cancellation);

    /// <inheritdoc cref="WithinBoundAsync{T}"/>
    public static Task WithinBoundAsync(this MachineStepContext context, Func<CancellationToken, Task> work, CancellationToken cancellation) =>
        context.WithinBoundAsync(async token =>
        {
            await work(token);
            return true;
        }, cancellation);

    /// <exception cref="HostException">It timed out; only the host works here.</exception>
    public static async Task<T> WithinBoundAsync<T>(this MachineStepContext context, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(context.Bound, context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await work(both.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HostException($"timed out after {context.Bound.TotalSeconds:0.#} s waiting for the work on the disk of {context.Live.Name}; the host is slow or busy: raise the step's timeout", e);
        }
    }

    /// <summary>The layout of the machine's OS on its disk; <see langword="null"/>: its adapter does not support offline access.</summary>
    public static IOfflineLayout? Layout(this MachineStepContext context) => context.Live.Adapter as IOfflineLayout;

    /// <param name="where">What of the step needs it.</param>
    /// <exception cref="InputException">The adapter does not support offline access.</exception>
    public static IOfflineLayout RequireLayout(this MachineStepContext context, Step step, string where) =>
        context.Layout() ?? throw new InputException($"{step.Location}: guest adapter '{context.Live.Adapter.Name}' does not support offline access, which {where} needs; use an image whose adapter does (images/catalog.yaml)");
}
