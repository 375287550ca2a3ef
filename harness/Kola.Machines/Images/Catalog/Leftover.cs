using System.ComponentModel;
using System.IO.Enumeration;
using Kola.Yaml.Binding;

namespace Kola.Machines.Images.Catalog;

/// <summary>What a release that failed and was left may leave on the disk. Everything else must be as it was before the update.</summary>
/// <remarks>Guest adapters know what a whole family leaves; the catalog's <c>leaves</c> has what is one image's own.</remarks>
public enum Leftover
{
    [Description("The slot that the release was installed to: its partitions' content, labels and ids.")]
    OtherSlot,

    [Description("The boot entry of the release that failed.")]
    TriedEntry,

    [Description("What the boot loader counts and orders.")]
    TryCounter,

    [Description("What the update tool remembers of installations.")]
    UpdateState,

    [Description("What the OS remembers of the release that failed.")]
    FailureMemory,

    [Description("Journal, login records, and what the kernel and systemd keep of crashes.")]
    Journal,

    [Description("Seeds of random numbers, which every boot uses up and renews.")]
    RandomSeed,

    [Description("Stamps of times: the last run of timers, the last known time, when a folder was last set up.")]
    TimeStamp,

    [Description("Temporary files of services, which the next boot clears away.")]
    Temporary,
}

/// <summary>One thing that may differ on a disk.</summary>
/// <param name="What">What it is; <see langword="null"/>: a scenario allows it.</param>
/// <param name="Where">A pattern in which <c>*</c> stands for any characters, of <c>PARTITION:PATH</c>; a partition is its label, or <c>p</c> and its number.</param>
/// <param name="Because">Why it may differ, for people.</param>
public sealed record LeftoverPlace(Leftover? What, string Where, string Because)
{
    public bool Covers(string place) => FileSystemName.MatchesSimpleExpression(Where, place, ignoreCase: false);
}

/// <summary>What one image leaves, as the catalog writes it.</summary>
public sealed record LeftoverDefinition
{
    public const string PlacePattern = "^[^:]+:.+$";
    public const string PlaceForm = "PARTITION:PATH, such as 'root:/var/lib/my-os/*'";

    [Description("What it is.")]
    public required Leftover What { get; init; }

    [Description("PARTITION:PATH, in which * stands for any characters; the partition by its label."), Format(PlacePattern, PlaceForm), Example("'*:/var/lib/my-os/failed-*'")]
    public required string Where { get; init; }

    [Description("Why it may differ after a fall-back."), Format(@"\S", "a reason")]
    public required string Because { get; init; }
}
