using Kola.Machines.Host;
using Kola.Machines.Offline;
using Kola.Machines.Qemu;
using Kola.Machines.Qemu.Disks;

namespace Kola.Machines;

/// <content>Its boot disk while it is off.</content>
public sealed partial class Machine
{
    /// <summary>Works on the boot disk of the machine, which is off and stays so meanwhile. One that was never on gets its disks first.</summary>
    /// <exception cref="InputException">The machine is on.</exception>
    /// <exception cref="HostException">There is no room, or the disk cannot be made.</exception>
    public async Task<T> WithBootDiskAsync<T>(Func<OfflineDisk, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        await switching.WaitAsync(cancellation);
        var folder = Path.Combine(paths.Disks, "offline");
        try
        {
            ObjectDisposedException.ThrowIf(disposing != 0, this);
            if (State is MachineState.Running or MachineState.Stopping)
                throw new InputException($"machine {Spec.Name} is on; its disk can be worked on from outside once it is off: power it off first");
            await stopped.WaitAsync(cancellation);
            await PrepareAsync(cancellation);
            Directory.CreateDirectory(folder);
            return await work(new(paths.BootDisk, folder), cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot work on the disk of machine {Spec.Name}: {e.Message}; free some space, or set KOLA_STATE_DIR to a folder with room", e);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            switching.Release();
        }
    }

    /// <summary>Gives the machine, which is off, a new boot disk of its image, as it was delivered. Variables, TPM and further disks stay.</summary>
    /// <exception cref="InputException">The machine is on.</exception>
    /// <exception cref="HostException">There is no room.</exception>
    public Task ReplaceBootDiskAsync(CancellationToken cancellation) => WithBootDiskAsync(async (_, token) =>
    {
        File.Delete(paths.BootDisk);
        await Overlay.CreateAsync(paths.BootDisk, Spec.Image, Spec.BootDiskBytes, token);
        return true;
    }, cancellation);

    /// <summary>Keeps a copy of the boot disk of the machine, which is off, for as long as the machine is there. An earlier copy of that name goes.</summary>
    /// <param name="name">Of letters, digits and dashes.</param>
    /// <exception cref="InputException">The machine is on.</exception>
    /// <exception cref="HostException">There is no room.</exception>
    public Task RememberBootDiskAsync(string name, CancellationToken cancellation) => WithBootDiskAsync(async (_, token) =>
    {
        await SparseCopy.MakeAsync(paths.BootDisk, paths.RememberedDisk(name), $"the boot disk of machine {Spec.Name}", token);
        return true;
    }, cancellation);

    /// <summary>Works on the boot disk of the machine, which is off, and on a copy that was kept of it.</summary>
    /// <param name="work">Is given the copy, the disk as it is now, and a folder for what it makes.</param>
    /// <exception cref="InputException">The machine is on, or no disk was kept by that name.</exception>
    /// <exception cref="HostException">There is no room.</exception>
    public Task<T> WithRememberedDiskAsync<T>(string name, Func<OfflineDisk, OfflineDisk, string, CancellationToken, Task<T>> work, CancellationToken cancellation) => WithBootDiskAsync((now, token) =>
    {
        if (!File.Exists(paths.RememberedDisk(name)))
            throw new InputException($"no disk of machine {Spec.Name} was remembered as '{name}'; remember it first");
        var folder = Directory.CreateDirectory(Path.Combine(paths.Disks, "offline", "remembered")).FullName;
        return work(new(paths.RememberedDisk(name), folder), now, folder, token);
    }, cancellation);

    /// <summary>Makes its files, once.</summary>
    private async Task PrepareAsync(CancellationToken cancellation)
    {
        if (prepared)
            return;
        await MachineFiles.PrepareAsync(Spec, paths, firmware, cancellation);
        prepared = true;
        Change("created", null);
    }
}
