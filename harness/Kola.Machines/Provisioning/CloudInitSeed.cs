using System.Text;
using System.Text.Json.Nodes;

namespace Kola.Machines.Provisioning;

/// <summary>Kola's side of cloud-init: a NoCloud seed whose meta-data carries the key, as a cloud's would.</summary>
/// <remarks>https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html</remarks>
internal static class CloudInitSeed
{
    public const string CloudConfigHeader = "#cloud-config";

    /// <summary>The volume label that NoCloud looks for.</summary>
    private const string VolumeLabel = "cidata";

    /// <summary>First lines that cloud-init takes as user-data besides a cloud-config (user-data formats in its documentation).</summary>
    private static readonly string[] OtherHeaders =
        ["#!", "#include", "#cloud-boothook", "#cloud-config-archive", "#cloud-config-jsonp", "#part-handler", "## template:", "Content-Type:", "MIME-Version:"];

    public static QemuAttachment Attach(ProvisioningConfig.CloudInit seed, IReadOnlyList<string> publicKeyLines, string hostName)
    {
        var files = new Dictionary<string, byte[]>
        {
            ["user-data"] = seed.PackedUserData?.ToArray() ?? Encoding.UTF8.GetBytes(seed.UserData ?? CloudConfigHeader + "\n"),
            ["meta-data"] = Encoding.UTF8.GetBytes(MetaData(seed.MetaData, publicKeyLines, hostName)),
        };
        if (seed.NetworkConfig is { } network)
            files["network-config"] = Encoding.UTF8.GetBytes(network);
        return new QemuAttachment.SeedDisk(VolumeLabel, files);
    }

    public static void Check(ProvisioningConfig.CloudInit seed)
    {
        if (seed.UserData is { } userData)
        {
            if (IsCloudConfig(userData))
                _ = SeedJson.Mapping("user-data", userData);
            else if (!IsOtherUserData(userData))
                throw new InputException($"user-data:1:1: expected {CloudConfigHeader} as the first line, found \"{FirstLine(userData)}\"; cloud-init ignores user-data that does not say what it is");
        }

        if (seed.MetaData is { } metaData)
            _ = SeedJson.Mapping("meta-data", metaData);
        if (seed.NetworkConfig is { } network)
            _ = SeedJson.Mapping("network-config", network);
    }

    /// <summary>Whether cloud-init takes it for another kind of user-data.</summary>
    public static bool IsOtherUserData(string userData) => OtherHeaders.Any(h => userData.StartsWith(h, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether cloud-init takes it for a cloud-config: the first line, and nothing else, decides.</summary>
    public static bool IsCloudConfig(string? userData) => userData is not null && FirstLine(userData).TrimEnd() == CloudConfigHeader;

    /// <summary>
    /// The user's meta-data with what it lacks. Keys in <c>public-keys</c> go to the default user and are added to those of user-data
    /// (cloud-init's cc_ssh: datasource keys first, then <c>ssh_authorized_keys</c>), so nothing of the user's is overridden or merged.
    /// </summary>
    private static string MetaData(string? user, IReadOnlyList<string> publicKeyLines, string hostName)
    {
        // Unjudged meta-data may be no mapping at all: then it is the user's business how the guest takes it, as it stands.
        JsonObject meta;
        try
        {
            meta = user is null ? [] : (JsonObject)SeedJson.ToJson(SeedJson.Mapping("meta-data", user))!;
        }
        catch (InputException)
        {
            return user!;
        }

        meta.TryAdd("instance-id", hostName);
        meta.TryAdd("local-hostname", hostName);
        var ours = publicKeyLines.Select(line => (JsonNode)JsonValue.Create(line));
        meta["public-keys"] = meta["public-keys"] switch
        {
            JsonArray keys => new JsonArray([.. keys.Select(k => k?.DeepClone()), .. ours]),
            JsonObject keys => WithKeys(keys, publicKeyLines),
            JsonValue one => new JsonArray([one.DeepClone(), .. ours]),
            null => new JsonArray([.. ours]),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return meta.ToJsonString(SeedJson.Readable) + "\n";
    }

    private static JsonObject WithKeys(JsonObject keys, IReadOnlyList<string> publicKeyLines)
    {
        var all = (JsonObject)keys.DeepClone();
        foreach (var (index, line) in publicKeyLines.Index())
            all[index == 0 ? "kola" : $"kola-{index + 1}"] = line;
        return all;
    }

    private static string FirstLine(string text) => text.AsSpan(0, text.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0 ? end : text.Length).ToString();
}
