using Kola.Machines;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;

namespace Kola.Tests.Machines.Guests;

/// <summary>An image of which a test asks one thing, which it sets.</summary>
internal static class SomeImage
{
    public static ResolvedImage Any { get; } = new()
    {
        Name = "a",
        Disk = new("disk.raw", DiskFormat.Raw),
        Sha256 = "",
        Architecture = "x86_64",
        Firmware = FirmwareKind.Uefi,
        Provisioning = ProvisioningKind.None,
        User = "root",
        VirtualSize = 1,
    };
}
