using Kola.Machines.Host;
using Kola.Machines.Qemu.Qmp;

namespace Kola.Machines.Qemu.Migration;

/// <summary>
/// The state of a machine's devices and processors as a file, some MB. The memory is not in it: <c>x-ignore-shared</c> leaves memory out that is a
/// shared file already (QEMU's docs/devel/migration).
/// </summary>
/// <remarks>
/// <c>exec:</c>, not <c>file:</c>, which QEMU has only since 8.2. QEMU reaps the program before it calls a migration complete.
/// QMP's MIGRATION event tells the end, but not that the run state has settled, so both are asked for; that costs the guest nothing.
/// </remarks>
internal static class DeviceState
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly MigrateSetCapabilities Capabilities = new([new("x-ignore-shared", State: true)]);

    /// <summary>Writes the state of a machine whose processors stand.</summary>
    /// <exception cref="HostException">QEMU cannot save this machine.</exception>
    public static async Task SaveAsync(QmpClient qmp, string path, TimeProvider time, CancellationToken cancellation)
    {
        await qmp.ExecuteAsync(Capabilities, cancellation);
        await qmp.ExecuteAsync(new Migrate($"exec:cat > {ShellQuote.Word(path)}"), cancellation);
        await EndAsync(qmp, time, cancellation);
    }

    /// <summary>Takes the state in; returns when the processors could go on.</summary>
    /// <exception cref="HostException">The state is not one of this machine.</exception>
    public static async Task LoadAsync(QmpClient qmp, string path, TimeProvider time, CancellationToken cancellation)
    {
        await qmp.ExecuteAsync(Capabilities, cancellation);
        await qmp.ExecuteAsync(new MigrateIncoming($"exec:cat {ShellQuote.Word(path)}"), cancellation);
        await EndAsync(qmp, time, cancellation);
        while ((await qmp.ExecuteAsync(new QueryStatus(), cancellation)).Status != "paused")
            await Task.Delay(Interval, time, cancellation);
    }

    private static async Task EndAsync(QmpClient qmp, TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            var info = await qmp.ExecuteAsync(new QueryMigrate(), cancellation);
            if (info.Status == "completed")
                return;
            if (info.Status is "failed" or "cancelled")
                throw new HostException($"QEMU cannot save or load the machine's state: {info.ErrorDesc ?? info.Status}; see the machine's qemu.log, or say 'boot: cold' in the scenario");
            await Task.Delay(Interval, time, cancellation);
        }
    }
}
