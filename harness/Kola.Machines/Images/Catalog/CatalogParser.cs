using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Kola.Machines.Images.Catalog;

/// <summary>Reads the catalog's YAML through its representation model, so that every mistake has a line and a column.</summary>
internal static class CatalogParser
{
    private static readonly Dictionary<string, FirmwareKind> Firmwares = new() { ["uefi"] = FirmwareKind.Uefi, ["bios"] = FirmwareKind.Bios };

    private static readonly Dictionary<string, ProvisioningKind> Provisionings = new()
    {
        ["ignition"] = ProvisioningKind.Ignition,
        ["cloud-init"] = ProvisioningKind.CloudInit,
        ["credentials"] = ProvisioningKind.Credentials,
        ["none"] = ProvisioningKind.None,
    };

    private static readonly Dictionary<string, int> Architectures = new() { ["x86_64"] = 0, ["aarch64"] = 1 };

    public static ImageCatalog Parse(string path, string text)
    {
        var mistakes = new CatalogMistakes(path);
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException failure)
        {
            // YamlDotNet says a duplicate key at the place of its second use.
            mistakes.Add(failure.Start, $"this is no valid YAML: {failure.Message.TrimEnd('.')}; expected a mapping with 'images'");
            mistakes.ThrowIfAny();
        }
        var entries = new List<CatalogEntry>();
        if (yaml.Documents is not [{ RootNode: YamlMappingNode root }])
        {
            mistakes.Add(yaml.Documents.Count > 0 ? yaml.Documents[0].RootNode.Start : new Mark(), "the catalog is no mapping; expected one mapping with 'images'");
        }
        else
        {
            var top = new CatalogNode(mistakes, root, "the catalog");
            if (!top.Has("images"))
                mistakes.Add(root, "the catalog has no 'images'; expected a mapping of names to images");
            if (top.Map("images", "'images'") is { } images)
                entries.AddRange(images.Node.Children.Select(pair => Entry(path, mistakes, pair.Key, pair.Value)).OfType<CatalogEntry>());
            top.RefuseOtherKeys();
        }
        mistakes.ThrowIfAny();
        return new() { Path = path, Entries = entries };
    }

    private static CatalogEntry? Entry(string path, CatalogMistakes mistakes, YamlNode key, YamlNode value)
    {
        var name = (key as YamlScalarNode)?.Value ?? "";
        if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.'))
            mistakes.Add(key, $"'{name}' is no image name; expected letters, digits, dots and dashes");
        if (value is not YamlMappingNode mapping)
        {
            mistakes.Add(value, $"image '{name}' is {CatalogNode.Describe(value)}; expected a mapping");
            return null;
        }
        var node = new CatalogNode(mistakes, mapping, $"image '{name}'");
        var summary = node.Text("summary");
        var source = SourceParser.Parse(path, node, name);
        var release = node.Text("release");
        node.Choice("architecture", Architectures);
        var firmware = node.Choice("firmware", Firmwares);
        var provisioning = node.Choice("provisioning", Provisionings);
        var entry = new CatalogEntry
        {
            Name = name,
            Source = source ?? new ImageSource.File(path),
            Architecture = node.Text("architecture") ?? "",
            Firmware = firmware ?? default,
            Provisioning = provisioning ?? default,
            FwCfg = FwCfg(node, provisioning),
            Adapter = node.Text("adapter", required: true, "the guest adapter's name, such as systemd") ?? "",
            User = node.Text("user", required: true, "the user to log in as") ?? "",
            Release = release,
            Summary = summary,
            ReleaseStarted = ReleaseStarted(node),
            ConsoleFaults = Faults(node),
        };
        if (release is not null && source is ImageSource.Build)
            mistakes.Add(node.Child("release")!, $"image '{name}' is built, so it has many releases; expected no 'release' (write {name}:{release} where it is used)");
        node.RefuseOtherKeys();
        return entry;
    }

    /// <summary>QEMU takes names of up to 55 bytes, and asks for the prefix (docs/specs/fw_cfg.rst of QEMU). A comma would begin another option.</summary>
    private static string? FwCfg(CatalogNode node, ProvisioningKind? provisioning)
    {
        if (node.Text("fwCfg", expected: "a name of fw_cfg such as opt/com.coreos/config") is not { } name)
            return null;
        if (!name.StartsWith("opt/", StringComparison.Ordinal) || name.Length > 55 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_'))
            node.Mistakes.Add(node.Child("fwCfg")!, $"'{name}' is no name of fw_cfg; expected opt/ and at most 51 letters, digits, dots, dashes and slashes more");
        else if (provisioning is not (null or ProvisioningKind.Ignition))
            node.Mistakes.Add(node.Child("fwCfg")!, "'fwCfg' has no meaning without Ignition; expected it beside 'provisioning: ignition' only");
        return name;
    }

    private static Regex? ReleaseStarted(CatalogNode node)
    {
        const string expected = "a regular expression with the groups 'release' and 'entry'";
        if (node.Text("releaseStarted", expected: expected) is not { } text || Expression(node.Mistakes, node.Child("releaseStarted")!, text) is not { } regex)
            return null;
        if (!regex.GetGroupNames().Contains("release") || !regex.GetGroupNames().Contains("entry"))
            node.Mistakes.Add(node.Child("releaseStarted")!, $"'{text}' does not say which part is the release; expected {expected}, such as 'starting (?<release>\\S+) from (?<entry>\\S+)'");
        return regex;
    }

    private static List<ConsoleFault> Faults(CatalogNode entry)
    {
        var faults = new List<ConsoleFault>();
        switch (entry.Child("consoleFaults"))
        {
            case null:
                return faults;
            case YamlSequenceNode list:
                foreach (var item in list)
                {
                    if (Fault(entry.Mistakes, item) is { } fault)
                        faults.Add(fault);
                }
                return faults;
            case var other:
                entry.Mistakes.Add(other, $"'consoleFaults' is {CatalogNode.Describe(other)}; expected a list of {{name, regex}}");
                return faults;
        }
    }

    private static ConsoleFault? Fault(CatalogMistakes mistakes, YamlNode item)
    {
        if (item is not YamlMappingNode mapping)
        {
            mistakes.Add(item, $"a console fault is {CatalogNode.Describe(item)}; expected a mapping of name and regex");
            return null;
        }
        var node = new CatalogNode(mistakes, mapping, "a console fault");
        var name = node.Text("name", required: true);
        var regex = node.Text("regex", required: true, "a regular expression");
        node.RefuseOtherKeys();
        return name is null || regex is null || Expression(mistakes, node.Child("regex")!, regex) is not { } pattern ? null : new(name, pattern);
    }

    private static Regex? Expression(CatalogMistakes mistakes, YamlNode place, string regex)
    {
        try
        {
            // NonBacktracking: a console line of any length is matched in linear time.
            return new(regex, RegexOptions.NonBacktracking);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            mistakes.Add(place, $"'{regex}' is no regular expression ({failure.Message}); expected one without look-around and back-references");
            return null;
        }
    }
}
