using System.ComponentModel;

namespace Kola.Machines.Images.Catalog;

/// <summary>What an image's own programs report on its console, so that a scenario need not know their words: the keys of <c>consoleSays</c>.</summary>
public enum ConsoleSaying
{
    [Description("A release whose tries are used up was left: {release} is that one, {to} the one that runs.")]
    RollbackReported,

    [Description("A release on trial is unhealthy, and the machine reboots for that: {release}.")]
    TrialUnhealthy,

    [Description("A release on trial was not up in time, and the machine reboots for that: {release}.")]
    TrialTimeout,

    [Description("A slot was granted, and the machine reboots {from} one release {to} another.")]
    RebootGranted,

    [Description("The slot is kept after a release failed here: {release}.")]
    SlotKept,

    [Description("The machine runs well on a release and has given its slot back: {release}.")]
    Steady,
}

/// <summary>The sayings as files write them.</summary>
public static class ConsoleSayings
{
    internal const string Keys = "^(rollback-reported|trial-unhealthy|trial-timeout|reboot-granted|slot-kept|steady)$";
    internal const string Expected = "one of rollback-reported, trial-unhealthy, trial-timeout, reboot-granted, slot-kept, steady";
}
