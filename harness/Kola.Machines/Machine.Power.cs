using Kola.Machines.Qemu;
using Kola.Machines.Qemu.Qmp;

namespace Kola.Machines;

/// <content>How it is switched off, and reset.</content>
public sealed partial class Machine
{
    /// <summary>Between two presses of the power button, under KVM.</summary>
    private static readonly TimeSpan PressAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QuitPatience = TimeSpan.FromSeconds(5);

    /// <summary>Presses the power button; after <paramref name="grace"/> QEMU gets the command to quit, then it is killed. The disks are kept.</summary>
    public async Task<PowerOffManner> PowerOffAsync(TimeSpan grace, CancellationToken cancellation)
    {
        await switching.WaitAsync(cancellation);
        try
        {
            if (Stopping("powered off by Kola") is not { } running)
                return PowerOffManner.WasOff;
            Mark("power-off");
            if (await PressedAsync(running, grace, cancellation))
                return PowerOffManner.Guest;
            stopReason = $"the guest did not shut down within {grace.TotalSeconds:0.#} s; QEMU was told to quit";
            if (await AskedAsync(running, new Quit(), QuitPatience, cancellation))
                return PowerOffManner.Quit;
            stopReason = $"QEMU (pid {running.Pid}) did not quit within {QuitPatience.TotalSeconds:0} s and was killed";
            running.Kill();
            await KilledAsync(running, cancellation);
            return PowerOffManner.Killed;
        }
        finally
        {
            switching.Release();
        }
    }

    /// <summary>Takes the power away: what the guest has not flushed is lost.</summary>
    public async Task PowerCutAsync(CancellationToken cancellation)
    {
        await switching.WaitAsync(cancellation);
        try
        {
            if (Stopping("power cut by Kola") is not { } running)
                return;
            running.Kill();
            Mark("power-cut");
            await KilledAsync(running, cancellation);
        }
        finally
        {
            switching.Release();
        }
    }

    /// <summary>Presses the reset button.</summary>
    public async Task ResetAsync(CancellationToken cancellation)
    {
        var running = On();
        Mark("reset");
        await running.Qmp.ExecuteAsync(new SystemReset(), cancellation);
    }

    /// <summary>Notes that Kola wants it off; <see langword="null"/> when it is off already.</summary>
    private PowerCycle? Stopping(string reason)
    {
        lock (gate)
        {
            if (State is not (MachineState.Running or MachineState.Stopping))
                return null;
            stopReason = reason;
            State = MachineState.Stopping;
            return cycle;
        }
    }

    /// <summary>
    /// Whether the guest shut down within the grace. A press that comes before the guest listens is lost (seen with a login prompt that was
    /// faster than systemd-logind), so the button is pressed again; a guest on its way down does not mind.
    /// </summary>
    private async Task<bool> PressedAsync(PowerCycle running, TimeSpan grace, CancellationToken cancellation)
    {
        var interval = environment.Accelerator.Scale(PressAgain);
        var begun = environment.Time.GetTimestamp();
        for (var left = grace; left > TimeSpan.Zero; left = grace - environment.Time.GetElapsedTime(begun))
            if (await AskedAsync(running, new SystemPowerdown(), left < interval ? left : interval, cancellation))
                return true;
        return false;
    }

    /// <summary>Whether the machine stopped within the bound after QEMU was told so.</summary>
    private async Task<bool> AskedAsync(PowerCycle running, QmpCommand<QmpNothing> command, TimeSpan bound, CancellationToken cancellation)
    {
        try
        {
            using var patience = new CancellationTokenSource(bound, environment.Time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            try
            {
                await running.Qmp.ExecuteAsync(command, linked.Token);
            }
            catch (HostException)
            {
                // It is going already, or it refuses; the wait below tells.
            }

            await stopped.WaitAsync(linked.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task KilledAsync(PowerCycle running, CancellationToken cancellation)
    {
        try
        {
            await stopped.WaitAsync(TimeSpan.FromSeconds(20), environment.Time, cancellation);
        }
        catch (TimeoutException e)
        {
            throw new HostException($"QEMU (pid {running.Pid}) does not end although it was killed; look at its state in /proc/{running.Pid}/status", e);
        }
    }
}
