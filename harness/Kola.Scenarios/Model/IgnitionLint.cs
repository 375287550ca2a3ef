using Kola.Machines.Provisioning;
using Kola.Yaml;
using Kola.Yaml.Nodes;

namespace Kola.Scenarios.Model;

/// <summary>What can be told of an Ignition config without a boot, each with its place. All else is Ignition's to judge.</summary>
internal static class IgnitionLint
{
    /// <summary>Lists below <c>storage</c>, and the keys of their entries that must be absolute paths (https://coreos.github.io/ignition/configuration-v3_6/).</summary>
    private static readonly (string List, string[] Keys)[] Paths =
        [("files", ["path"]), ("directories", ["path"]), ("links", ["path"]), ("filesystems", ["path", "device"]), ("disks", ["device"]), ("luks", ["device"])];

    public static IEnumerable<(SourceLocation Location, string Message)> Problems(YamlMapping config) =>
        [.. Butane(config), .. Version(config), .. Paths.SelectMany(rule => Relative(config, rule.List, rule.Keys))];

    /// <summary>What people write by hand and translate before they use it (https://coreos.github.io/butane/specs/).</summary>
    private static IEnumerable<(SourceLocation Location, string Message)> Butane(YamlMapping config) =>
        Value(config, "variant") is YamlScalar variant
            ? [(variant.Location, $"this is a Butane config (variant: {variant.Text}), which Ignition does not read; translate it first, as in: butane --strict config.bu > config.ign")]
            : [];

    private static IEnumerable<(SourceLocation Location, string Message)> Version(YamlMapping config) =>
        Value(Value(config, "ignition"), "version") is YamlScalar { IsNull: false, Unresolved: false } version && ProvisioningConfig.Ignition.VersionObjection(version.Text) is { } objection
            ? [(version.Location, objection)]
            : [];

    private static IEnumerable<(SourceLocation Location, string Message)> Relative(YamlMapping config, string list, string[] keys) =>
        from entry in Value(Value(config, "storage"), list) is YamlSequence sequence ? sequence.Items : []
        from key in keys
        let path = Value(entry, key) as YamlScalar
        where path is { IsNull: false, Unresolved: false } && !path.Text.StartsWith('/')
        select (path.Location, $"storage.{list}: {key} '{path.Text}' is relative; Ignition expects an absolute path, such as /{path.Text}");

    private static YamlNode? Value(YamlNode? node, string key) =>
        (node as YamlMapping)?.Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
}
