namespace Kola.Machines.Host;

/// <summary>A package as the distributions name it; <see langword="null"/> where one has none.</summary>
public sealed record Package(string? Debian, string? Fedora, string? Arch)
{
    public static Package Qemu { get; } = new("qemu-system-x86", "qemu-system-x86-core", "qemu-system-x86");

    public static Package QemuImg { get; } = new("qemu-utils", "qemu-img", "qemu-img");

    public static Package Fdisk { get; } = new("fdisk", "util-linux", "util-linux");

    public static Package Mtools { get; } = new("mtools", "mtools", "mtools");

    public static Package Cryptsetup { get; } = new("cryptsetup-bin", "veritysetup", "cryptsetup");

    public static Package Ovmf { get; } = new("ovmf", "edk2-ovmf", "edk2-ovmf");

    public static Package Swtpm { get; } = new("swtpm", "swtpm", "swtpm");

    public static Package Iso { get; } = new("genisoimage", "genisoimage", "libisoburn");

    public static Package Socat { get; } = new("socat", "socat", "socat");

    public static Package Ignition { get; } = new("ignition", "ignition-validate", null);

    public static Package OpenSsh { get; } = new("openssh-client", "openssh-clients", "openssh");

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
