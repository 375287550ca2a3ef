using Kola.Machines.Qemu;
using Kola.Machines.Qemu.Migration;
using Kola.Machines.Qemu.Qmp;
using Kola.Machines.Snapshots;

namespace Kola.Machines;

/// <content>How a machine is saved, and goes on from what was saved.</content>
public sealed partial class Machine
{
    /// <summary>For KVM. A state has some MB, as memory is no part of it.</summary>
    private static readonly TimeSpan SavePatience = TimeSpan.FromSeconds(20);

    /// <summary>Why this machine can never be saved; <see langword="null"/> when it can.</summary>
    public static string? WhyNotSavable(MachineSpec spec) => spec switch
    {
        _ when spec.BootBus is DiskBus.Nvme || spec.ExtraDisks.Any(disk => disk.Bus is DiskBus.Nvme) => "QEMU cannot save NVMe disks",
        _ => null,
    };

    /// <summary>Whether the guest's memory is kept in a file of its own, without which a machine that is on cannot be saved. Counts from the next start on.</summary>
    public bool Savable { get; set; }

    /// <summary>Stops the guest's processors, as the first step of saving several machines at one moment.</summary>
    public Task PauseAsync(CancellationToken cancellation) => On().Qmp.ExecuteAsync(new StopCpus(), cancellation);

    /// <summary>Moves the machine's memory, devices, disks and variables to a folder. Its QEMU ends; <see cref="ResumeAsync"/> lets it go on.</summary>
    /// <param name="target">Its folder exists and is empty; on the file system of the machine's own files, so that nothing is copied.</param>
    /// <exception cref="HostException">It was not started <see cref="Savable"/>, QEMU refuses, or there is no room.</exception>
    public async Task SaveAsync(MachineSnapshot target, CancellationToken cancellation)
    {
        await switching.WaitAsync(cancellation);
        try
        {
            if (State is MachineState.Running)
            {
                var running = On();
                if (!File.Exists(paths.Memory))
                    throw new HostException($"machine {Spec.Name} was not started so that it can be saved; set {nameof(Savable)} before it starts");
                await running.Qmp.ExecuteAsync(new StopCpus(), cancellation);
                await WithinAsync("save its state", token => DeviceState.SaveAsync(running.Qmp, target.Devices, environment.Time, token), cancellation);
                _ = Stopping("saved by Kola");
                Mark("save");
                if (!await AskedAsync(running, new Quit(), QuitPatience, cancellation))
                {
                    running.Kill();
                    await KilledAsync(running, cancellation);
                }
            }

            target.Freeze(Spec, paths, Console.LogPath, Journal?.Path);
            prepared = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot save machine {Spec.Name}: {e.Message}; free some space, or set KOLA_STATE_DIR to a folder with room", e);
        }
        finally
        {
            switching.Release();
        }
    }

    /// <summary>Goes on as a saved machine: <see cref="LoadAsync"/>, then <see cref="ContinueAsync"/> when that one was on.</summary>
    /// <exception cref="HostException">The snapshot is not one of this machine, or QEMU does not start.</exception>
    public async Task ResumeAsync(MachineSnapshot saved, CancellationToken cancellation)
    {
        await LoadAsync(saved, cancellation);
        if (saved.WasOn)
            await ContinueAsync(cancellation);
    }

    /// <summary>Lets the guest's processors run, as the last step of going on as several machines at one moment.</summary>
    /// <exception cref="HostException">The machine is off, or QEMU refuses.</exception>
    public Task ContinueAsync(CancellationToken cancellation) => LetRunAsync(On(), cancellation);

    /// <summary>
    /// Becomes a saved machine, on overlays and copies of its files; its processors stand until <see cref="ContinueAsync"/>. Stays off when that one was off.
    /// A console that has shown nothing yet shows what that one's had.
    /// </summary>
    /// <exception cref="HostException">The snapshot is not one of this machine, or QEMU does not start.</exception>
    public async Task LoadAsync(MachineSnapshot saved, CancellationToken cancellation)
    {
        await switching.WaitAsync(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(disposing != 0, this);
            await stopped.WaitAsync(cancellation);
            await saved.ThawAsync(Spec, paths, cancellation);
            if (Console.Position == 0)
                Console.Replay(await File.ReadAllBytesAsync(saved.Console, cancellation), ended: !saved.WasOn);
            if (Journal is { Streams: false } && File.Exists(saved.Journal))
                Journal.Replay(await File.ReadAllBytesAsync(saved.Journal, cancellation));
            prepared = true;
            if (saved.WasOn)
                await LaunchAsync(saved, cancellation);
        }
        finally
        {
            switching.Release();
        }
    }

    /// <summary>Where the guest's memory is: private on a saved machine's file, or, for a machine that is to be saved, a file of its own.</summary>
    private async Task<GuestMemory?> MemoryAsync(MachineSnapshot? from, CancellationToken cancellation)
    {
        File.Delete(paths.Memory);
        if (!Savable)
            return from is null ? null : new(from.Memory, Shared: false);
        if (from is not null)
            await from.CopyMemoryAsync(paths.Memory, cancellation);
        return new(paths.Memory, Shared: true);
    }

    private async Task WithinAsync(string what, Func<CancellationToken, Task> action, CancellationToken cancellation)
    {
        var bound = environment.Accelerator.Scale(SavePatience);
        using var patience = new CancellationTokenSource(bound, environment.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await action(linked.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HostException($"QEMU did not {what} for machine {Spec.Name} within {bound.TotalSeconds:0} s; see {paths.QemuLog}, or say 'boot: cold' in the scenario", e);
        }
    }
}
