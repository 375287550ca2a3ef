using Kola.Machines;

namespace Kola.Scenarios.Execution;

/// <summary>What must hold for every scenario, whatever its steps ask.</summary>
internal static class Invariants
{
    /// <summary>Each machine that runs still runs the boot that Kola knows of: nothing rebooted behind the scenario's back.</summary>
    /// <exception cref="GuestException">A machine is dead or runs another boot.</exception>
    public static async Task CheckAtEndAsync(IEnumerable<LiveMachine> machines, CancellationToken cancellation)
    {
        foreach (var live in machines.Where(m => m.Boots.Count > 0 && m.Machine.State == MachineState.Running))
        {
            var boot = await live.Machine.GuardAsync("the boot id at the end", TimeSpan.FromSeconds(30), live.Ssh.BootIdAsync, cancellation);
            if (boot != live.Boots[^1])
                throw new StepFailedException($"{live.Name} rebooted without being told to: it runs boot {boot}, the last one known is {live.Boots[^1]}");
        }
    }
}
