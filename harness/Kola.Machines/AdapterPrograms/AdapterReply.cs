using System.ComponentModel;
using Kola.Yaml.Binding;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Kola.Machines.AdapterPrograms;

/// <summary>What an adapter program prints.</summary>
/// <typeparam name="T">The answer to the question.</typeparam>
[ExactlyOneOf("answer", "run", "error")]
public sealed record AdapterReply<T>
{
    [Description("Version of the protocol."), Range(AdapterProgram.Protocol, AdapterProgram.Protocol)]
    public required int Protocol { get; init; }

    [Description("The answer to the question.")]
    public T? Answer { get; init; }

    [Description("A command to run in the guest, by /bin/sh as root in the C locale. The program is then asked again, with how it ended in 'results'."), Format(@"\S", "a shell command")]
    public string? Run { get; init; }

    [Description("Why the guest's answer cannot be understood. It fails the scenario: the guest is at fault, or the adapter is not the right one."), Format(@"\S", "a sentence")]
    public string? Error { get; init; }
}

/// <summary>What runs now.</summary>
public sealed record ReleaseAnswer
{
    [Description("The image's or distribution's name. Default: linux."), Format(@"\S", "a name")]
    public string Id { get; init; } = "linux";

    [Description("The release, as its makers number it in os-release."), Format(@"^\S+$", "a version")]
    public required string Version { get; init; }

    [Description("The slot that runs: A, B, … or a name of the family's. Left out where what runs is in no slot."), Format(@"^\S+$", "the name of a slot")]
    public string? Slot { get; init; }
}

/// <summary>How the boot loader counts the running release.</summary>
public sealed record AssessmentAnswer
{
    [Description("Whether the running release counts as good and is not on trial."), Key("markedGood")]
    public required bool MarkedGood { get; init; }

    [Description("Boots that it has left while it is on trial; left out when it is not."), Key("triesLeft"), Range(0, int.MaxValue)]
    public int? TriesLeft { get; init; }

    [Description("The booted entry, as the boot loader names it."), Format(@"\S", "a name")]
    public string? Entry { get; init; }
}

/// <summary>What is in one slot.</summary>
public sealed record InstalledAnswer
{
    [Description("The slot, named as in 'release'."), Format(@"^\S+$", "the name of a slot")]
    public required string Slot { get; init; }

    [Description("The release; left out when the slot is empty."), Format(@"^\S+$", "a version")]
    public string? Version { get; init; }

    [Description("What tells two installations of one version apart, such as a partition's UUID.")]
    public required string Identity { get; init; }

    [Description("The boot loader's entry that runs it; left out when there is none."), Format(@"\S", "a name")]
    public string? Entry { get; init; }

    [Description("That a release is being written to the slot, or was: none is installed there.")]
    public AdapterUnfinished? Unfinished { get; init; }
}

/// <summary>How far an unfinished installation has come.</summary>
public enum AdapterUnfinished
{
    Partial,
    Pending,
}

/// <summary>How often a release was tried.</summary>
public sealed record TriesAnswer
{
    [Description("Boots that it has left."), Range(0, int.MaxValue)]
    public required int Left { get; init; }

    [Description("Boots that were tried."), Range(0, int.MaxValue)]
    public required int Done { get; init; }
}

/// <summary>How an update ended.</summary>
public sealed record UpdateAnswer
{
    [Description("0: it installed a release, or there was none to install."), Key("exitCode")]
    public required int ExitCode { get; init; }

    [Description("What the update tool printed; the patterns of 'refusals' are matched with it.")]
    public required string Output { get; init; }
}

/// <summary>That what was asked for is done.</summary>
public enum DoneAnswer
{
    Done,
}
