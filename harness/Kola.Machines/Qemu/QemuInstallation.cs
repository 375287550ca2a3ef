using System.ComponentModel;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;

namespace Kola.Machines.Qemu;

/// <summary>The QEMU that machines run on.</summary>
/// <param name="Path">Absolute path of <c>qemu-system-x86_64</c>.</param>
public sealed partial record QemuInstallation(string Path, Version Version)
{
    /// <summary>Older ones lack options that Kola uses (<c>screendump</c> as PNG, 7.1) or were never tried.</summary>
    public static Version Oldest { get; } = new(7, 2);

    /// <summary>
    /// Whether guests must not see <c>cmpxchg16b</c> under TCG: QEMU 7.2 emulates it wrongly and Linux 6.12 with two vCPUs dies of random double
    /// faults. Measured on 7.2; 10 is sound. Those between were not tried and count as sound from 8 on.
    /// </summary>
    public bool MustMaskCx16 => Version.Major < 8;

    /// <summary>Whether <c>-smbios type=11,path=</c> does not hand over the file's text: broken from 8.2 on, repaired in 9.2.</summary>
    public bool LosesOemFiles => Version >= new Version(8, 2) && Version < new Version(9, 2);

    /// <summary><c>$KOLA_QEMU</c>, else <c>qemu-system-x86_64</c> from the PATH.</summary>
    /// <exception cref="InputException">The variable names no program.</exception>
    /// <exception cref="HostException">None is there, it does not run, or it is too old.</exception>
    public static async Task<QemuInstallation> LocateAsync(CancellationToken cancellation)
    {
        var set = Environment.GetEnvironmentVariable("KOLA_QEMU");
        var path = set is { Length: > 0 }
            ? System.IO.Path.GetFullPath(set)
            : Executables.Require("booting machines", Package.Qemu, "qemu-system-x86_64");
        // What was found in the PATH is a program.
        if (!Executables.IsExecutable(path))
            throw new InputException($"{path} (KOLA_QEMU) is not a program; set KOLA_QEMU to a qemu-system-x86_64, or unset it to use the one in PATH");
        BufferedCommandResult asked;
        try
        {
            asked = await Cli.Wrap(path).WithArguments("--version").WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        }
        catch (Win32Exception e)
        {
            throw new HostException($"{path} cannot be run: {e.Message}; {Package.Qemu.Install()}", e);
        }

        return new(path, ParseVersion(path, asked.StandardOutput, asked.StandardError));
    }

    internal static Version ParseVersion(string path, string output, string error)
    {
        var said = VersionText().Match(output);
        if (!said.Success)
            throw new HostException($"{path} --version does not answer as QEMU does: {(output + error).Trim()}; {Package.Qemu.Install()}");
        var version = new Version(said.Groups[1].Value);
        return version >= Oldest ? version : throw new HostException($"{path} is QEMU {version}; Kola needs {Oldest} or later; {Package.Qemu.Install()}");
    }

    [GeneratedRegex(@"QEMU emulator version (\d+\.\d+(?:\.\d+)?)")]
    private static partial Regex VersionText();
}
