using Kola.Machines;

namespace Kola.Tests.Machines.Qemu;

/// <summary>The guest of tests with a real QEMU, assembled from <c>serial-guest.asm</c> beside this file.</summary>
internal static class SerialGuest
{
    private const string Code =
        "31c08ed88ec08ed0bc007cfc8816f47cbea27ce86600beaf7ce86000e876003c"
        + "70741b3c7274213c77742c3c7374373c6f741be85000bee17ce84000ebd8beb2"
        + "7ce83800faf4ebfdb0fee664ebf7ba0406b80020efebeee83b00bf0080b90002"
        + "f3aab443eb02b442b0008a16f47cbee47ccd13b02172bca00080ebb7ac84c074"
        + "13e80200ebf650bafd03eca82074fb58baf803eec3bafd03eca80174f8baf803"
        + "ecc30d0a67756573742075700d0a003e20000d0a5b20202020312e305d204b65"
        + "726e656c2070616e6963202d206e6f742073796e63696e673a20746573740d0a"
        + "000d0a00100001000080000001";

    /// <summary>Writes it as a raw disk of 1 MiB.</summary>
    public static DiskImage Write(string folder)
    {
        var disk = new byte[1 << 20];
        Convert.FromHexString(Code).CopyTo(disk, 0);
        disk[510] = 0x55;
        disk[511] = 0xaa;
        var path = Path.Combine(folder, "serial-guest.img");
        File.WriteAllBytes(path, disk);
        return new(path, DiskFormat.Raw);
    }
}
