using System.ComponentModel;
using System.Text.RegularExpressions;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Machines.AdapterPrograms;

/// <summary>What an adapter program says of its family of operating systems: its answer to <see cref="AdapterQuestionKind.Describe"/>.</summary>
/// <remarks>The words of roles and reasons are enumerations of <c>Guests/</c> and <c>Images/</c>, which lie above; a test holds the patterns here equal to them.</remarks>
public sealed record AdapterFacts : IChecked
{
    internal const string UnitKeys = "^(ssh|boot-complete|health|mark-good|updater|reboot-agent|boot-deadline)$";
    internal const string ArtifactKeys = "^(payload|hashes|manifest|signature|boot-entry)$";
    internal const string RefusalKeys = "^(unsigned|foreign-signature|wrong-signature|corrupt|truncated|partial-transfer|swapped|wrong-product|downgrade|no-space|server-error|unreachable|busy|malformed-manifest)$";

    [Description("What the OS is built on. Kola asks it for all else itself: health, units, journal, identity, reboots."), Key("basedOn")]
    public required AdapterBase BasedOn { get; init; }

    [Description("Full names of units by what they are for, where the whole family has them.")]
    [Format(UnitKeys, "one of ssh, boot-complete, health, mark-good, updater, reboot-agent, boot-deadline", Keys = true), Format(@"^\S+\.[a-z]+$", "the full name of a unit, such as my-updater.service")]
    public IReadOnlyDictionary<string, string> Units { get; init; } = new Dictionary<string, string>();

    [Description("The files that a machine is updated from, by what they are for. What the family has no file for is left out: scenarios about it do not apply.")]
    [Format(ArtifactKeys, "one of payload, hashes, manifest, signature, boot-entry", Keys = true), NotEmpty]
    public required IReadOnlyDictionary<string, AdapterArtifact> Artifacts { get; init; }

    [Description("Regular expressions of what the update tool prints when it refuses or fails, by the reason. A reason that it has no words for is left out.")]
    [Format(RefusalKeys, "a reason, such as foreign-signature", Keys = true), Format(@"\S", "a regular expression")]
    public IReadOnlyDictionary<string, string> Refusals { get; init; } = new Dictionary<string, string>();

    [Description("Files of keys and certificates that updates are trusted by, as absolute paths or patterns of the shell's."), Key("trustAnchors"), Format(@"^/\S+$", "an absolute path without spaces")]
    public IReadOnlyList<string> TrustAnchors { get; init; } = [];

    [Description("Whether an update that fails costs the slot that it was written to. Default: false, such an update changes nothing."), Key("writesInPlace")]
    public bool WritesInPlace { get; init; }

    [Description("How machines find out that there is an update: 'files' of a server, or by asking an 'omaha' server. Default: files."), Key("updatesBy")]
    public AdapterUpdates UpdatesBy { get; init; }

    [Description("Whether the boot loader counts and assesses boots, so that 'assessment' can be asked."), Key("assessesBoots")]
    public required bool AssessesBoots { get; init; }

    [Description("Whether the boot loader's counters tell how often a release was tried, so that 'tries' can be asked."), Key("countsTries")]
    public required bool CountsTries { get; init; }

    /// <summary>As expressions are built here: in linear time, so that no output makes one run for ever.</summary>
    internal static Regex Words(string pattern) => new(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    /// <inheritdoc/>
    public bool CheckKeys(YamlMapping written, BindingContext context)
    {
        var whole = true;
        foreach (var (reason, pattern) in Refusals)
        {
            try
            {
                _ = Words(pattern);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                context.Report(((YamlMapping)written.Find("refusals")!).Find(reason)!.Location, $"not a regular expression without look-around and back-references: {e.Message}");
                whole = false;
            }
        }

        return whole;
    }
}

/// <summary>What an OS is built on.</summary>
public enum AdapterBase
{
    Systemd,
}

/// <summary>How machines find out that there is an update.</summary>
public enum AdapterUpdates
{
    Files,
    Omaha,
}

/// <summary>How a family calls a file that machines are updated from.</summary>
public sealed record AdapterArtifact
{
    [Description("Pattern of the names of served files: * stands for any characters, ? for one."), Format(@"^\S+$", "a pattern such as *.raucb")]
    public required string Name { get; init; }

    [Description("The kind that the file has in release.json; left out for manifests and signatures."), Format(@"^\S+$", "a word")]
    public string? Kind { get; init; }

    [Description("Whether a machine reads it in pieces while it installs it, so that requests are not counted.")]
    public bool Streamed { get; init; }

    [Description("Whether it is a part of the file, such as a bundle's signature: it cannot be missing or exchanged alone.")]
    public bool Within { get; init; }
}
