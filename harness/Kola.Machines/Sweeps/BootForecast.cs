namespace Kola.Machines.Sweeps;

/// <summary>What a boot from a disk will come to, as far as the disk tells.</summary>
/// <param name="Chosen">The release that the boot loader takes first; <see langword="null"/>: it finds none.</param>
/// <param name="Damage">Why that cannot boot, or why there is none; <see langword="null"/>: it is whole.</param>
/// <param name="Next">The release that is whole and that the boot loader comes to when its tries of the first are used up; <see langword="null"/>: there is none.</param>
/// <param name="Class">States of one class look alike to the boot: the entries in their order and what is wrong with them.</param>
public sealed record BootForecast(string? Chosen, string? Damage, string? Next, string Class)
{
    /// <summary>Nothing boots.</summary>
    public static BootForecast None(string why, string kind) => new(null, why, null, kind);
}

/// <summary>Foresees what boots from a disk of one family of operating systems, by its boot loader's own rules. Guest adapters that know them implement it, for <c>kola sweep</c>.</summary>
/// <remarks>It runs for each of thousands of states: it reads through <see cref="DiskReading"/>, which remembers, and starts no process.</remarks>
public interface IBootForecaster
{
    /// <summary>Files and folders of the EFI system partition, beside what is chosen from, that every boot needs.</summary>
    IReadOnlyList<string> LoaderFiles { get; }

    /// <summary>What boots. Only what is as in one of the known systems counts as whole.</summary>
    /// <exception cref="GuestException">The boot partition cannot be read.</exception>
    BootForecast Forecast(DiskReading disk, KnownSystems known);
}
