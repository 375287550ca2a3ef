using System.Text.RegularExpressions;

namespace Kola.Machines.Guests;

/// <summary>What update_engine is doing, as <c>update_engine_client</c> prints it.</summary>
/// <param name="Operation">Without its prefix: <c>IDLE, CHECKING_FOR_UPDATE, UPDATE_AVAILABLE, DOWNLOADING, VERIFYING, FINALIZING, UPDATED_NEED_REBOOT, REPORTING_ERROR_EVENT</c>.</param>
/// <param name="NewVersion">What it installs or has installed; <c>0.0.0</c> or <c>0.0.0.0</c> otherwise, and with servers that do not say.</param>
internal sealed partial record UpdateEngineStatus(string Operation, string NewVersion)
{
    /// <summary>An update is in the other slot, and only a reboot is missing. Nothing is asked or installed until then.</summary>
    public bool NeedsReboot => Operation == "UPDATED_NEED_REBOOT";

    [GeneratedRegex(@"^CURRENT_OP=UPDATE_STATUS_(?<operation>[A-Z_]+)\s*\r?$", RegexOptions.Multiline)]
    private static partial Regex Current { get; }

    [GeneratedRegex(@"^NEW_VERSION=(?<version>\S*)\s*\r?$", RegexOptions.Multiline)]
    private static partial Regex Version { get; }

    /// <summary>The last status in an output, which may hold many; <see langword="null"/>: there is none.</summary>
    public static UpdateEngineStatus? Last(string output) =>
        Current.Matches(output) is [.., var last] ? new(last.Groups["operation"].Value, Version.Matches(output) is [.., var version] ? version.Groups["version"].Value : "") : null;
}
