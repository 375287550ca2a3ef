namespace Kola.Machines.Inspection;

/// <summary>The accelerator probe's guest, assembled from <c>long-mode.asm</c> beside this file by <c>nasm -f bin</c>.</summary>
internal static class LongModeGuest
{
    /// <summary>QEMU's exit status when the guest got through: (0x2a &lt;&lt; 1) | 1.</summary>
    public const int Passed = 85;

    private const string Code =
        "fa31c08ed88ec08ed0bc007cfcbf0010b90018f3abc70600100320c706002003"
        + "30c70608200330c706003083000f0116e87c0f20e06683c8200f22e066b80010"
        + "00000f22d866b9800000c00f32660d000100000f300f20c0660d010000800f22"
        + "c0ea667c080066b810008ed88ec08ed0bc007c000048b8efcdab896745230148"
        + "89042500600000bb0060004048390375320f20d80f22d8bf30500000b8c77c00"
        + "0066890766c74702080066c74704008e31c066894706488947080f011c25ee7c"
        + "0000ccb015eb02b02ae6f4f4ebfb9090000000000000000000000000009a2000"
        + "00000000009200001700d07c00003f000050";

    /// <summary>A boot sector: 512 bytes that end with 55 AA.</summary>
    public static byte[] BootSector()
    {
        var sector = new byte[512];
        Convert.FromHexString(Code).CopyTo(sector, 0);
        sector[510] = 0x55;
        sector[511] = 0xaa;
        return sector;
    }
}
