namespace Kola.Scenarios.Steps.External;

/// <summary>What a test is in the guest: names, places and environment as coreos-assembler's kola has them, since tests and their configs rely on them.</summary>
/// <param name="Test">The test's name.</param>
/// <param name="Executable">Absolute path on the host.</param>
/// <param name="Number">See <see cref="ExternalTestStep.Number"/>.</param>
/// <param name="Root">See <see cref="ExternalTestStep.Root"/>.</param>
internal sealed record TestUnit(string Test, string Executable, int Number, string Root)
{
    private string Suffix => Number == 0 ? "" : $"-{Number}";

    /// <summary>The unit's name.</summary>
    public string Name => $"kola-runext{Suffix}.service";

    /// <summary>Whether the test may ask for reboots.</summary>
    public bool MayReboot => Number == 0;

    /// <summary>File name of the executable in the guest.</summary>
    public string Program => $"kola-runext-{Path.GetFileName(Executable)}";

    /// <summary>Folders for the executable, in the order in which they are tried: <c>/usr</c> may be read-only. They outlive a reboot, and programs may run from them.</summary>
    public IReadOnlyList<string> Folders => [$"{Root}/usr/local/bin", $"{Root}/var/opt/kola/bin"];

    /// <summary>Where the test's data lies; it is a name of its own for each test that shares the machine.</summary>
    public string Data => $"{Root}/var/opt/kola/extdata{Suffix}";

    /// <summary>The test's data on this host; <see langword="null"/>: it has none.</summary>
    public string? LocalData => Path.Combine(Path.GetDirectoryName(Executable)!, "data") is var folder && Directory.Exists(folder) ? folder : null;

    /// <summary>What a request for a reboot lies in until it is answered; gone after a boot.</summary>
    public string Requests => $"{Root}/run/kola-external";

    /// <summary>The unit file. It starts nothing by itself, and stays active once the test has ended well, so that it can be asked how it ended.</summary>
    /// <param name="folder">Where the executable lies in the guest.</param>
    public string Text(string folder) => $"""
        [Unit]
        Description=External test {Escaped(Test)}
        [Service]
        RemainAfterExit=yes
        EnvironmentFile=-{Environment}
        Environment="KOLA_UNIT={Name}" "KOLA_TEST={Escaped(Test)}" "KOLA_TEST_EXE={Escaped(Path.GetFileName(Executable))}" "KOLA_EXT_DATA={Data}"
        ExecStart="{Escaped($"{folder}/{Program}").Replace("$", "$$", StringComparison.Ordinal)}"

        """;

    /// <summary>Name of the unit file; it is written anew after each boot.</summary>
    public string File => $"{Root}/run/systemd/system/{Name}";

    /// <summary>Name of the file with the mark that the test goes on with.</summary>
    public string Environment => $"{Root}/run/kola-runext{Suffix}-env";

    /// <summary>Content of that file: any mark, as systemd unquotes it (systemd.exec(5), EnvironmentFile=).</summary>
    public static string Mark(string mark) => $"AUTOPKGTEST_REBOOT_MARK=\"{string.Concat(mark.Select(c => c is '"' or '\\' or '`' or '$' ? $"\\{c}" : $"{c}"))}\"\n";

    /// <summary>Within double quotes of a unit file, where % begins a specifier.</summary>
    private static string Escaped(string text) => string.Concat(text.Select(c => c is '%' ? "%%" : c is '"' or '\\' ? $"\\{c}" : $"{c}"));
}
