using System.Text.RegularExpressions;

namespace Kola.Machines.Guests;

/// <summary>What update_engine 0.4 writes to its journal, and what the file is called that it is given.</summary>
/// <remarks>
/// It gives no reasons in words, but a code for each failed update, the one that it reports to the Omaha server. Codes 9 to 12, 17, 18, 21, 29, 38 and 2000 + status were seen with the real
/// client, the others are from its source. One code can mean several: a payload that is cut short, one of another release and changed bytes of a signature are all a hash that is not right.
/// </remarks>
internal static partial class FlatcarWords
{
    /// <summary>The line is written for each failed update before its report; bits of flags are taken off.</summary>
    [GeneratedRegex(@"Updating payload state for error code: (?<code>\d+)")]
    public static partial Regex ErrorCode { get; }

    /// <summary>Nothing is offered: no failure, though the client ends as if it were one.</summary>
    public const string NoUpdate = "No update.";

    public static IReadOnlyDictionary<RefusalReason, Regex> Refusals { get; } = new Dictionary<RefusalReason, string>
    {
        [RefusalReason.Unsigned] = Codes("17|18|22"),
        [RefusalReason.ForeignSignature] = Codes("18"),
        [RefusalReason.WrongSignature] = Codes("10|18"),
        [RefusalReason.Corrupt] = Codes("10|12|21|23|29"),
        [RefusalReason.Truncated] = Codes("9|10|11"),
        [RefusalReason.PartialTransfer] = Codes("9"),
        [RefusalReason.Swapped] = Codes("10|11"),
        // A payload that is larger than the slot is an operation that cannot be carried out.
        [RefusalReason.NoSpace] = $"{Codes("28")}|No space left on device",
        [RefusalReason.ServerError] = Codes("9|25\\d\\d"),
        [RefusalReason.Unreachable] = Codes("9|2000"),
        [RefusalReason.Busy] = "Skipping update check because current status is UPDATE_STATUS_(?!IDLE)",
        [RefusalReason.MalformedManifest] = Codes("21|23|30|31|34"),
    }.ToDictionary(pair => pair.Key, pair => new Regex(pair.Value, RegexOptions.CultureInvariant));

    public static IReadOnlyDictionary<ArtifactRole, ArtifactName> Artifacts { get; } = new Dictionary<ArtifactRole, ArtifactName>
    {
        [ArtifactRole.Payload] = new("*update.gz", "update"),
        [ArtifactRole.Signature] = new("*update.gz", "update", Within: true),
    };

    private static string Codes(string codes) => $@"Updating payload state for error code: (?:{codes})\b";
}
