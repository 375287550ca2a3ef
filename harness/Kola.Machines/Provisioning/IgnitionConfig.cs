using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Kola.Machines.Provisioning;

/// <summary>
/// Kola's side of Ignition: the user's config travels whole, as a data URL in <c>ignition.config.merge</c> of a small config that
/// holds nothing but Kola's key (https://coreos.github.io/ignition/configuration-v3_0/).
/// </summary>
internal static partial class IgnitionConfig
{
    /// <summary>The newest stable spec at the time of writing.</summary>
    private const int NewestMinor = 6;

    [GeneratedRegex(@"^(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)(?<rest>-.+)?\z")]
    private static partial Regex Version { get; }

    /// <summary>The attachment for a user's config, or for the key alone.</summary>
    public static QemuAttachment Attach(ProvisioningConfig.Ignition user, IReadOnlyList<string> publicKeyLines, string userName) =>
        new QemuAttachment.FwCfg(user.FwCfg, Encoding.UTF8.GetBytes(Wrap(user.Config, publicKeyLines, userName, user.Files).ToJsonString(SeedJson.Readable)));

    /// <summary>
    /// The outer config. Its version is the oldest 3.x, which every Ignition 2 reads: what the guest's Ignition thinks of the user's
    /// version, it says of the user's config.
    /// </summary>
    public static JsonObject Wrap(JsonNode? user, IReadOnlyList<string> publicKeyLines, string userName, IReadOnlyList<ProvisionedFile>? files = null)
    {
        var ignition = new JsonObject { ["version"] = "3.0.0" };
        if (user is not null)
        {
            ignition["config"] = new JsonObject { ["merge"] = new JsonArray(Source(user.ToJsonString(SeedJson.Readable))) };
        }

        var config = new JsonObject
        {
            ["ignition"] = ignition,
            ["passwd"] = new JsonObject
            {
                ["users"] = new JsonArray(new JsonObject { ["name"] = userName, ["sshAuthorizedKeys"] = new JsonArray([.. publicKeyLines.Select(line => JsonValue.Create(line))]) }),
            },
        };
        if (files is { Count: > 0 })
            config["storage"] = new JsonObject { ["files"] = new JsonArray([.. files.Select(AddedFile)]) };
        return config;
    }

    private static JsonObject AddedFile(ProvisionedFile file) => file.Append
        ? new() { ["path"] = file.Path, ["append"] = new JsonArray(Source(file.Content)) }
        : new() { ["path"] = file.Path, ["overwrite"] = true, ["mode"] = 0b110_100_100, ["contents"] = Source(file.Content) };

    private static JsonObject Source(string text) => new() { ["source"] = "data:;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) };

    /// <summary>What can be told without Ignition: that it is an Ignition config, of a version that exists.</summary>
    public static void Check(JsonNode config)
    {
        if (config is not JsonObject root)
            throw Refused($"expected a mapping, found a {Kind(config)}", "start it with ignition: { version: 3.3.0 }");
        if (root["ignition"] is not JsonObject ignition)
            throw Refused(root.ContainsKey("variant") ? "this is a Butane config" : "ignition: is missing",
                root.ContainsKey("variant") ? "translate it with butane --strict first" : "start it with ignition: { version: 3.3.0 }");
        if (ignition["version"] is not JsonValue value)
            throw Refused("ignition.version is missing", "add version: 3.3.0 under ignition:");
        if (value.GetValueKind() != JsonValueKind.String)
            throw Refused($"ignition.version: expected text such as \"3.3.0\", found {value.ToJsonString()}", "put it in quotes");

        if (Objection(value.GetValue<string>()) is var (reason, remedy))
            throw Refused(reason, remedy);
    }

    /// <summary>Why a version is none that an Ignition 2 reads, and what to do; <see langword="null"/>: it is one.</summary>
    public static (string Reason, string Remedy)? Objection(string text)
    {
        var version = Version.Match(text);
        if (!version.Success)
            return ($"ignition.version: expected three numbers such as 3.3.0, found \"{text}\"", $"did you mean \"{Nearest(text)}\"?");
        if (version.Groups["major"].Value != "3")
            return ($"ignition.version: expected 3.x, found \"{text}\"", "Ignition 2 reads spec 3 only; rewrite the config for spec 3");
        if (!int.TryParse(version.Groups["minor"].ValueSpan, out var minor) || minor > NewestMinor)
            return ($"ignition.version: expected 3.0.0 to 3.{NewestMinor}.0, found \"{text}\"", $"did you mean \"3.{NewestMinor}.0\"?");
        return version.Groups["patch"].Value != "0" && !version.Groups["rest"].Success
            ? ($"ignition.version: expected 3.{minor}.0, found \"{text}\"", $"did you mean \"3.{minor}.0\"?")
            : null;
    }

    internal static InputException Refused(string reason, string remedy) => new($"Ignition config: {reason}; {remedy}");

    private static string Nearest(string text) => text.Split('.') is ["3", var minor] && int.TryParse(minor, out _) ? $"3.{minor}.0" : "3.3.0";

    private static string Kind(JsonNode node) => node.GetValueKind() == JsonValueKind.Array ? "list" : "plain value";
}
