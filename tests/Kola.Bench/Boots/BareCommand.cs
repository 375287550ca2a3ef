using System.Text.RegularExpressions;

namespace Kola.Bench.Boots;

/// <summary>How a machine of Kola's is started by hand.</summary>
/// <param name="Line">For a shell.</param>
/// <param name="Folder">Of all files that it names.</param>
/// <param name="DiskBytes">Size of the boot disk.</param>
/// <param name="Variables">The firmware's variables as they are shipped.</param>
internal sealed partial record BareCommand(string Line, string Folder, string DiskBytes, string Variables)
{
    /// <summary>Socket of QEMU's monitor.</summary>
    public string Monitor => Path.Combine(Folder, "monitor");

    /// <param name="script">A machine's <c>qemu.cmd</c>.</param>
    /// <exception cref="BenchException">It is none that this program understands.</exception>
    public static BareCommand Of(string script, string folder)
    {
        string First(Regex what) => what.Match(script) is { Success: true } found ? found.Groups[1].Value : throw new BenchException($"qemu.cmd has no {what}; has its form changed?");
        // What Kola adds so that the journal is streamed is not part of the machine by hand.
        var line = Smbios.Replace(First(Exec), "").Replace(First(Disks), folder, StringComparison.Ordinal)
            .Replace("-serial mon:stdio", $"-serial file:{folder}/console.log -monitor unix:{folder}/monitor,server=on,wait=off", StringComparison.Ordinal);
        return new($"exec {line}", folder, First(Size), First(Code).Replace("CODE", "VARS", StringComparison.Ordinal));
    }

    [GeneratedRegex("^exec (.*)$", RegexOptions.Multiline)]
    private static partial Regex Exec { get; }

    [GeneratedRegex("mkdir -p ([^ \n]*)")]
    private static partial Regex Disks { get; }

    [GeneratedRegex("qemu-img create .* ([^ \n]+)$", RegexOptions.Multiline)]
    private static partial Regex Size { get; }

    [GeneratedRegex("file=([^, ]*OVMF_CODE[^, ]*)")]
    private static partial Regex Code { get; }

    [GeneratedRegex("-smbios [^ ]* ?")]
    private static partial Regex Smbios { get; }
}
