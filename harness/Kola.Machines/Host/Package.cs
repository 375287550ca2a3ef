namespace Kola.Machines.Host;

/// <summary>A package as the distributions name it; <see langword="null"/> where one has none. Which there are is said in <c>packages.txt</c>.</summary>
public sealed record Package(string? Debian, string? Fedora, string? Arch)
{
    public static Package Qemu { get; } = PackageTable.Named("qemu-system-x86");

    public static Package QemuImg { get; } = PackageTable.Named("qemu-utils");

    public static Package Fdisk { get; } = PackageTable.Named("fdisk");

    public static Package Mtools { get; } = PackageTable.Named("mtools");

    public static Package Cryptsetup { get; } = PackageTable.Named("cryptsetup-bin");

    public static Package Ovmf { get; } = PackageTable.Named("ovmf");

    public static Package Swtpm { get; } = PackageTable.Named("swtpm");

    public static Package Iso { get; } = PackageTable.Named("genisoimage");

    public static Package Socat { get; } = PackageTable.Named("socat");

    public static Package Ignition { get; } = PackageTable.Named("ignition");

    /// <summary>What to type on this host; the names of all distributions where it is another one.</summary>
    /// <param name="osRelease">Content of os-release(5); the host's own when left out.</param>
    public string Install(string? osRelease = null)
    {
        osRelease ??= File.Exists("/etc/os-release") ? File.ReadAllText("/etc/os-release") : "";
        var family = osRelease.Split('\n')
            .Where(line => line.StartsWith("ID=", StringComparison.Ordinal) || line.StartsWith("ID_LIKE=", StringComparison.Ordinal))
            .SelectMany(line => line[(line.IndexOf('=') + 1)..].Trim('"', '\'').Split(' '))
            .ToHashSet();
        return family switch
        {
            _ when (family.Contains("debian") || family.Contains("ubuntu")) && Debian is not null => $"install it: apt-get install {Debian} (or run ci/setup)",
            _ when (family.Contains("fedora") || family.Contains("rhel")) && Fedora is not null => $"install it: dnf install {Fedora}",
            _ when family.Contains("arch") && Arch is not null => $"install it: pacman -S {Arch}",
            _ => $"install it (Debian, Ubuntu: {Debian ?? "none"}; Fedora: {Fedora ?? "none"}; Arch: {Arch ?? "none"})",
        };
    }
}
