using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Files;
using Kola.Machines.Host;
using Kola.Machines.Qemu;

namespace Kola.Machines.Inspection;

/// <summary>
/// Finds out whether KVM works, by running a guest that enters 64-bit long mode with paging on. A <c>/dev/kvm</c> that opens and creates a VM
/// is no proof: under PVM or broken nesting a stock kernel hangs for ever.
/// </summary>
/// <remarks>The answer is kept in the state directory for this boot of the host and this QEMU. <c>KOLA_ACCEL=kvm|tcg</c> overrides it.</remarks>
public sealed class AcceleratorProbe(string stateDirectory, TimeProvider time, Func<string, string?>? environment = null)
{
    private const string Device = "/dev/kvm";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);
    private readonly Func<string, string?> environment = environment ?? Environment.GetEnvironmentVariable;

    private string Memory => Path.Combine(stateDirectory, "accelerator.json");

    /// <exception cref="InputException"><c>KOLA_ACCEL</c> is neither.</exception>
    public async Task<Accelerator> ProbeAsync(QemuInstallation qemu, CancellationToken cancellation)
    {
        switch (environment("KOLA_ACCEL"))
        {
            case null or "": break;
            case "kvm": return new(AcceleratorKind.Kvm, "KOLA_ACCEL=kvm");
            case "tcg": return new(AcceleratorKind.Tcg, "KOLA_ACCEL=tcg");
            case var other: throw new InputException($"KOLA_ACCEL={other} is not an accelerator; set it to kvm or tcg, or unset it to let Kola probe");
        }

        if (Unusable() is { } reason)
            return new(AcceleratorKind.Tcg, reason);
        var key = new ProbeKey(ProcessIdentity.BootId, qemu.Path, qemu.Version.ToString());
        if (await RecallAsync(key, cancellation) is { } known)
            return known;
        var accelerator = await TryKvmAsync(qemu, cancellation);
        Remember(new(key, accelerator));
        return accelerator;
    }

    /// <summary>Runs the probe's guest. The exit status is <see cref="LongModeGuest.Passed"/> when it got through.</summary>
    /// <returns>The exit status, and what QEMU printed; <see langword="null"/> when the bound was over.</returns>
    internal async Task<(int Status, string Said)?> RunGuestAsync(
        QemuInstallation qemu, string accelerator, string cpu, TimeSpan bound, CancellationToken cancellation)
    {
        var sector = Path.Combine(Path.GetTempPath(), $"kola-probe-{Guid.NewGuid():N}.img");
        await File.WriteAllBytesAsync(sector, LongModeGuest.BootSector(), cancellation);
        using var patience = new CancellationTokenSource(bound, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            // timeout(1) ends it should Kola be killed meanwhile.
            var running = Cli.Wrap("timeout").WithArguments(
            [
                "--signal=KILL", $"{Math.Ceiling(bound.TotalSeconds) + 5}", qemu.Path, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                "-machine", "pc", "-accel", accelerator, "-cpu", cpu, "-m", "32M", "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04",
                "-drive", $"if=ide,format=raw,snapshot=on,file={QemuOption.Value(sector)}",
            ]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(linked.Token);
            // A QEMU stuck in the kernel does not even die of SIGKILL: it is not waited for.
            var result = await running.Task.WaitAsync(linked.Token);
            return (result.ExitCode, result.StandardError.Trim());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            File.Delete(sector);
        }
    }

    private static string? Unusable()
    {
        if (!File.Exists(Device))
            return $"{Device} is not there: no hardware virtualisation, or the module kvm_intel or kvm_amd is not loaded";
        try
        {
            using var device = new FileStream(Device, FileMode.Open, FileAccess.ReadWrite);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{Device} cannot be opened: {e.Message}; add the user to the group kvm";
        }
    }

    private async Task<Accelerator> TryKvmAsync(QemuInstallation qemu, CancellationToken cancellation)
    {
        try
        {
            return await RunGuestAsync(qemu, "kvm", "host", Bound, cancellation) switch
            {
                null => new(AcceleratorKind.Tcg, $"KVM opens, but a guest that enters long mode hung for {Bound.TotalSeconds:0} s: broken nesting"),
                { Status: LongModeGuest.Passed } => new(AcceleratorKind.Kvm, "a guest in long mode ran under KVM"),
                var (status, said) => new(AcceleratorKind.Tcg, $"KVM opens, but a guest that enters long mode failed with status {status}: {LastLine(said)}"),
            };
        }
        catch (Win32Exception e)
        {
            return new(AcceleratorKind.Tcg, $"KVM could not be tried: {e.Message}");
        }
    }

    private static string LastLine(string text) => text.Length == 0 ? "QEMU printed nothing" : text.Split('\n')[^1];

    private async Task<Accelerator?> RecallAsync(ProbeKey key, CancellationToken cancellation)
    {
        try
        {
            var memory = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(Memory, cancellation), ProbeJson.Default.ProbeMemory);
            return memory?.Key == key ? memory.Accelerator : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private void Remember(ProbeMemory memory)
    {
        try
        {
            AtomicFile.Write(Memory, JsonSerializer.SerializeToUtf8Bytes(memory, ProbeJson.Default.ProbeMemory));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is asked again next time.
        }
    }
}

/// <summary>What the answer depends on.</summary>
internal sealed record ProbeKey(string BootId, string QemuPath, string QemuVersion);

internal sealed record ProbeMemory(ProbeKey Key, Accelerator Accelerator);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ProbeMemory))]
internal sealed partial class ProbeJson : JsonSerializerContext;
