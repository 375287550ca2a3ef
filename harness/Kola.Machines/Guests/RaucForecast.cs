using Kola.Machines.Sweeps;

namespace Kola.Machines.Guests;

/// <summary>
/// What GRUB takes from a disk that RAUC updates, by the rules of RAUC's grub backend: the first slot of <c>ORDER</c> that is marked good and has tries left; where none has, the last one
/// that is good. Whether the slot is whole is whether it is, block for block, as it was before the update or as after it.
/// </summary>
internal sealed class RaucForecast : IBootForecaster
{
    private const string Folder = "/grub", Environment = "/grub/grubenv";

    /// <inheritdoc/>
    public IReadOnlyList<string> LoaderFiles { get; } = ["/EFI/BOOT", "/grub/grub.cfg"];

    /// <inheritdoc/>
    public BootForecast Forecast(DiskReading disk, KnownSystems known)
    {
        if (known.LoaderDamage(disk, LoaderFiles) is { } loader)
            return BootForecast.None($"the boot loader is damaged: {loader}", loader);
        var file = disk.BootFiles.List(Folder).FirstOrDefault(file => file.Path == Environment);
        if (file is null || file.Fault is not null || file.Length != GrubEnvironment.Length || disk.Once(file, "environment", Block) is not { Length: > 0 } block || GrubEnvironment.Parse(block) is not { } environment)
            return BootForecast.None($"GRUB cannot read {Environment}: it starts a slot by its defaults, and counts no tries", "no grubenv");
        var good = environment.Order.Where(environment.IsOk).ToList();
        var left = good.Where(slot => (environment.Tries(slot) ?? 0) < RaucGuest.MostTries).ToList();
        var kind = string.Join(", ", environment.Order.Select(slot => $"{slot} ok {environment.IsOk(slot)} tries {environment.Tries(slot)?.ToString() ?? "?"}{(Damage(slot) is null ? "" : " damaged")}"));
        var order = left.Count > 0 ? left : good.TakeLast(1).ToList();
        if (order is not [var first, .. var others])
            return BootForecast.None("grubenv has no slot that may be started", $"no slot; {kind}");
        return new(
            Known(first)?.Release, Damage(first),
            left.Count > 0 ? others.Where(slot => Damage(slot) is null).Select(slot => Known(slot)?.Release).FirstOrDefault() : null, kind);

        // A slot is what it is whole as; where it is neither, what the update was to make of it.
        KnownSystem? Known(string slot) => known.Systems.Where(system => system.Slot == slot).OrderByDescending(system => disk.DamageOf(system) is null).ThenByDescending(system => system.Release == known.New).FirstOrDefault();

        string? Damage(string slot) => Known(slot) is { } system ? disk.DamageOf(system) : $"slot {slot} holds no release";
    }

    private static byte[] Block(Stream stream)
    {
        var block = new byte[GrubEnvironment.Length];
        return stream.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) == block.Length ? block : [];
    }
}
