using System.Security.Cryptography;
using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Snapshots;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Sweeps;

/// <summary>A recorded update: the machine before it, all writes to its boot disk, and the machine after it.</summary>
/// <param name="Folder">Holds all of it. It is some hundred MB, so it is none of the attempt's own files.</param>
internal sealed record SweepRecording(string Folder)
{
    /// <summary>The machine's disk and firmware variables before the first write.</summary>
    public MachineSnapshot Before => new(Path.Combine(Folder, "before"));

    /// <summary>The same after the last one; the guest has shut down.</summary>
    public MachineSnapshot After => new(Path.Combine(Folder, "after"));

    public string Log => Path.Combine(Folder, "writes.log");

    /// <summary>Where disks of states are made.</summary>
    public string States => Path.Combine(Folder, "states");

    /// <summary>The keys that open the machine.</summary>
    public string Keys => Path.Combine(Folder, "keys");

    /// <summary>Beside the attempt's folder, whose files are kept and handed out.</summary>
    public static SweepRecording Of(string attempt, string machine) => new($"{attempt}.sweep-{machine}");

    /// <summary>
    /// Saves the machine, which is ready, lets it go on with all writes recorded, and has it shut down when the update is done. It stays off.
    /// </summary>
    /// <param name="update">Carries out the update.</param>
    /// <exception cref="HostException">The machine cannot be saved, or does not go on.</exception>
    public async Task RecordAsync(LiveMachine live, Func<CancellationToken, Task> update, TimeProvider time, CancellationToken cancellation)
    {
        Make(Folder, Before.Folder, After.Folder, States);
        live.CopyKeys(Keys);
        await live.Ssh.DisconnectAsync().WaitAsync(cancellation);
        await live.Machine.SaveAsync(Before, cancellation);
        live.Machine.Record(Log);
        try
        {
            await live.Machine.ResumeAsync(Before, cancellation);
            var seed = new GuestSeed(time.GetUtcNow(), RandomNumberGenerator.GetHexString(128, lowercase: true), MachineId: null);
            var identity = await live.Machine.GuardAsync("the machine to go on", live.ReadyBound, token => live.Adapter.ReseedAsync(live.Ssh, seed, token), cancellation);
            await live.GoOnAsync(identity.MachineId, ready: false, cancellation);
            await update(cancellation);
            // What the update has left in the guest's memory is written by the shutdown, at the latest.
            await live.PowerOffAsync(cancellation);
        }
        finally
        {
            live.Machine.EndRecording();
        }

        await live.Machine.SaveAsync(After, cancellation);
        // Of the machine before, only what a power cut leaves is of use now.
        File.Delete(Before.Memory);
        File.Delete(Before.Devices);
    }

    private static void Make(params string[] folders)
    {
        try
        {
            foreach (var folder in folders)
                Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make the folder of a recording: {e.Message}; free some space, or set KOLA_STATE_DIR to a folder with room", e);
        }
    }
}
