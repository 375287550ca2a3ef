namespace Kola.Machines.Qemu.Firmware;

/// <summary>The flash chips of UEFI firmware. SeaBIOS needs none.</summary>
internal static class FirmwareArguments
{
    /// <param name="variables">The machine's own copy.</param>
    public static IEnumerable<string> For(FirmwareImage firmware, string variables)
    {
        if (firmware.NeedsSmm)
        {
            yield return "-global";
            yield return "driver=cfi.pflash01,property=secure,value=on";
        }

        yield return "-drive";
        yield return $"if=pflash,unit=0,format={firmware.Format},readonly=on,file={QemuOption.Value(firmware.Code)}";
        yield return "-drive";
        yield return $"if=pflash,unit=1,format={firmware.Format},file={QemuOption.Value(variables)}";
    }
}
