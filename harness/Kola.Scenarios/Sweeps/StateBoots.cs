using Kola.Machines;
using Kola.Results.Sweeps;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Sweeps;

/// <summary>Boots the machine from one state of each class, as long as the budget lasts.</summary>
internal sealed class StateBoots(LiveMachine live, Sweep sweep, TimeProvider time)
{
    /// <summary>Returns the classes with what came of each; those that the budget left out are as they were.</summary>
    /// <param name="budget">No further state is begun after it.</param>
    /// <param name="again">Carries out the update once more on a machine that boots the old release.</param>
    public async Task<IReadOnlyList<SweptClass>> TryAsync(IReadOnlyList<SweptClass> classes, string old, TimeSpan budget, Func<CancellationToken, Task> again, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        var tried = new List<SweptClass>();
        foreach (var one in classes)
            tried.Add(one.Holds && time.GetElapsedTime(begun) < budget ? one with { Booted = await TryAsync(one, old, again, cancellation) } : one);
        return tried;
    }

    private async Task<string> TryAsync(SweptClass one, string old, Func<CancellationToken, Task> again, CancellationToken cancellation)
    {
        try
        {
            // Off as after a power cut, with the firmware variables that it had.
            await live.Machine.ResumeAsync(await sweep.MaterialiseAsync(one.Example, cancellation), cancellation);
            live.Releases.Restore(old, one.Chosen == old ? null : one.Chosen);
            await live.PowerOnAsync(cancellation);
            var release = await live.Machine.GuardAsync("the release", live.ReadyBound, live.ReleaseAsync, cancellation);
            if (release.Version != one.Chosen)
                return $"wrong: release {release.Version} runs, expected {one.Chosen}";
            if (release.Version != old)
                return $"release {release.Version} is ready";
            await again(cancellation);
            return $"release {release.Version} is ready and updates again";
        }
        catch (Exception e) when (e is GuestException or StepFailedException)
        {
            return $"wrong: {e.Message}";
        }
        finally
        {
            await live.PowerCutAsync(cancellation);
        }
    }
}
