using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Kola.Yaml;

namespace Kola.Machines.Guests;

/// <summary>Why an update is refused, or fails without harm: the one closed list. How a family says it is its adapter's (<see cref="IUpdatingGuest.Refusals"/>).</summary>
/// <remarks>One text can mean several: to systemd-sysupdate a file that is cut short, one with a flipped bit and one of another release are all a checksum that is not right.</remarks>
public enum RefusalReason
{
    [Description("The signature is missing."), SuppressMessage("Naming", "CA1720", Justification = "The word of scenario files; no type is meant.")]
    Unsigned,

    [Description("It is signed by a key that the machine does not trust.")]
    ForeignSignature,

    [Description("The signature is of a trusted key, and of something else.")]
    WrongSignature,

    [Description("The content is not what was signed: a byte was changed.")]
    Corrupt,

    [Description("A file is shorter than it was.")]
    Truncated,

    [Description("The server ended a transfer before all that it had announced was sent.")]
    PartialTransfer,

    [Description("A file of another release stands under the name of one of this release.")]
    Swapped,

    [Description("It is made for another product.")]
    WrongProduct,

    [Description("It is older than the release that runs.")]
    Downgrade,

    [Description("There is no room for it.")]
    NoSpace,

    [Description("The server answered with an error of its own (HTTP 5xx).")]
    ServerError,

    [Description("The server cannot be reached.")]
    Unreachable,

    [Description("Another update is under way.")]
    Busy,

    [Description("What is served as the manifest is not one.")]
    MalformedManifest,
}

/// <summary>What an update's report means.</summary>
public static class RefusalReasons
{
    /// <summary>The words by which the guest's update tool gives a reason; <see langword="null"/> when it has none for it.</summary>
    public static Regex? Words(this IUpdatingGuest guest, RefusalReason reason) => guest.Refusals.GetValueOrDefault(reason);

    /// <summary>Whether the update failed and its output means the reason.</summary>
    /// <exception cref="InputException">The guest's family has no words for it.</exception>
    public static bool Means(this IUpdatingGuest guest, UpdateReport report, RefusalReason reason) =>
        report.ExitCode != 0 && (guest.Words(reason)
            ?? throw new InputException($"adapter {guest.Name} cannot tell '{reason.Word()}' from other failures; expected one of {string.Join(", ", guest.Refusals.Keys.Select(EnumWords.Word))}, or a pattern of what the tool prints"))
        .IsMatch(report.Output);
}
