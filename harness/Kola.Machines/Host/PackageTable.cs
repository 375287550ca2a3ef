namespace Kola.Machines.Host;

/// <summary>What a host needs: the table <c>packages.txt</c>, by which <c>ci/setup</c> installs as well.</summary>
internal static class PackageTable
{
    /// <summary>Every row, in the file's order.</summary>
    public static IReadOnlyList<PackageRow> Rows { get; } =
    [
        .. ProcessScope.Script("packages.txt").Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(PackageRow.Parse),
    ];

    /// <summary>By its name in Debian.</summary>
    public static Package Named(string debian) => Rows.First(row => row.Package.Debian == debian).Package;
}

/// <summary>A line of the table.</summary>
/// <param name="Probes">Programs in PATH or absolute paths, of which one is enough.</param>
/// <param name="Why">What it does here.</param>
internal sealed record PackageRow(IReadOnlyList<string> Purposes, IReadOnlyList<string> Probes, Package Package, string Why)
{
    private const string EveryMachine = "run!";

    /// <summary>Whether no machine can be booted without it.</summary>
    public bool IsForEveryMachine => Purposes.Contains(EveryMachine);

    /// <summary>Whether booting machines needs it, and its probe is no function of <c>ci/setup</c>.</summary>
    public bool IsToolOfMachines => (IsForEveryMachine || Purposes.Contains("run")) && !Probes[0].EndsWith("()", StringComparison.Ordinal);

    /// <summary>Whether only a checkout needs it: what runs Kola where it is built, and an installed one brings along or does without.</summary>
    public bool IsForCheckouts => Purposes.Contains("build") && Purposes.Contains("run");

    /// <exception cref="InvalidOperationException">It has not six fields.</exception>
    public static PackageRow Parse(string line) => line.Split('|', StringSplitOptions.TrimEntries) is [var purposes, var probes, var debian, var fedora, var arch, var why]
        ? new(purposes.Split(' '), probes.Split(' '), new(Name(debian), Name(fedora), Name(arch)), why)
        : throw new InvalidOperationException($"packages.txt: '{line}' has not six fields");

    private static string? Name(string text) => text == "-" ? null : text.TrimEnd('?');
}
