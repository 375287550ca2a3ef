using Kola.Machines.Host;

namespace Kola.Machines.Qemu.Firmware;

/// <summary>The firmware this host has.</summary>
/// <param name="Uefi">Without Secure Boot; <see langword="null"/> when there is none.</param>
/// <param name="SecureBoot">With Secure Boot and enrolled keys; <see langword="null"/> when there is none.</param>
public sealed record FirmwareCatalog(FirmwareImage? Uefi, FirmwareImage? SecureBoot)
{
    private static readonly string[] DescriptorFolders = ["/etc/qemu/firmware", "/usr/local/share/qemu/firmware", "/usr/share/qemu/firmware"];

    /// <summary>Pairs by distribution, for those without descriptors. 4 MiB variants first: their variables have room for updates of the revocation list.</summary>
    private static readonly (string Code, string Variables)[] Plain =
    [
        ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"), // Debian, Ubuntu
        ("/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"), // Debian ≤ 12, Ubuntu ≤ 22.04
        ("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"), // Arch
        ("/usr/share/edk2-ovmf/x64/OVMF_CODE.fd", "/usr/share/edk2-ovmf/x64/OVMF_VARS.fd"), // Arch, older
        ("/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"), // Fedora
    ];

    private static readonly (string Code, string Variables)[] Secure =
    [
        ("/usr/share/OVMF/OVMF_CODE_4M.ms.fd", "/usr/share/OVMF/OVMF_VARS_4M.ms.fd"), // Debian, Ubuntu
        ("/usr/share/OVMF/OVMF_CODE.ms.fd", "/usr/share/OVMF/OVMF_VARS.ms.fd"), // Debian ≤ 12, Ubuntu ≤ 22.04
        ("/usr/share/edk2/ovmf/OVMF_CODE.secboot.fd", "/usr/share/edk2/ovmf/OVMF_VARS.secboot.fd"), // Fedora
    ];

    /// <summary>
    /// <c>$KOLA_OVMF_CODE</c> with <c>$KOLA_OVMF_VARS</c>, else QEMU's firmware descriptors (docs/interop/firmware.json of QEMU), else known paths.
    /// </summary>
    /// <param name="root">Prefix of the paths looked at, for tests.</param>
    /// <exception cref="InputException">Only one of the variables is set, or its file is missing.</exception>
    public static FirmwareCatalog Locate(Func<string, string?>? environment = null, string root = "")
    {
        environment ??= Environment.GetEnvironmentVariable;
        var described = FirmwareDescriptor.ReadAll([.. DescriptorFolders.Select(folder => root + folder)])
            .Where(d => File.Exists(root + d.Code) && File.Exists(root + d.Variables)).ToList();
        var plain = described.Find(d => !d.Has("secure-boot") && !d.Has("requires-smm"))?.Image(root) ?? FirstOf(Plain, root, needsSmm: false);
        var secure = described.Find(d => d.Has("secure-boot") && d.Has("enrolled-keys"))?.Image(root) ?? FirstOf(Secure, root, needsSmm: true);
        return new(Given(environment) ?? plain, secure);
    }

    /// <summary>The firmware of a machine; <see langword="null"/> is SeaBIOS, which QEMU brings itself.</summary>
    /// <exception cref="HostException">The host has none of the kind.</exception>
    public FirmwareImage? For(FirmwareKind kind) => kind switch
    {
        FirmwareKind.Uefi => Uefi ?? throw new HostException(
            $"no UEFI firmware (OVMF) is installed; {Package.Ovmf.Install()}, or set KOLA_OVMF_CODE and KOLA_OVMF_VARS"),
        FirmwareKind.UefiSecureBoot => SecureBoot ?? throw new HostException(
            $"no UEFI firmware with Secure Boot and enrolled keys is installed; {Package.Ovmf.Install()}"),
        _ => null,
    };

    private static FirmwareImage? Given(Func<string, string?> environment)
    {
        var (code, variables) = (environment("KOLA_OVMF_CODE"), environment("KOLA_OVMF_VARS"));
        if (string.IsNullOrEmpty(code) && string.IsNullOrEmpty(variables))
            return null;
        if (string.IsNullOrEmpty(code) || string.IsNullOrEmpty(variables))
            throw new InputException("KOLA_OVMF_CODE and KOLA_OVMF_VARS belong together; set both or none");
        if (new[] { code, variables }.FirstOrDefault(path => !File.Exists(path)) is { } missing)
            throw new InputException($"{missing} (KOLA_OVMF_CODE, KOLA_OVMF_VARS) does not exist; name an OVMF_CODE and an OVMF_VARS file");
        return new(Path.GetFullPath(code), Path.GetFullPath(variables), "raw", NeedsSmm: false);
    }

    private static FirmwareImage? FirstOf((string Code, string Variables)[] pairs, string root, bool needsSmm) =>
        pairs.Where(pair => File.Exists(root + pair.Code) && File.Exists(root + pair.Variables))
            .Select(pair => new FirmwareImage(root + pair.Code, root + pair.Variables, "raw", needsSmm)).FirstOrDefault();
}
