using System.Text.Json.Nodes;

namespace Kola.Machines.Provisioning;

/// <summary>What the user wants a machine to be on its first boot, in the words of the guest's own provisioning tool.</summary>
public abstract record ProvisioningConfig
{
    private ProvisioningConfig() { }

    /// <summary>Whether Kola judges the config before it boots. Off for scenarios that prove how the guest itself refuses a bad config.</summary>
    public bool Validate { get; init; } = true;

    /// <summary>An Ignition config, spec 3.x, over fw_cfg.</summary>
    /// <param name="Config">The config as the user wrote it; <see langword="null"/> when there is nothing but Kola's key.</param>
    public sealed record Ignition(JsonNode? Config) : ProvisioningConfig
    {
        /// <summary>Where Ignition's qemu platform looks, unless a distribution has changed it.</summary>
        public string FwCfg { get; init; } = "opt/com.coreos/config";

        /// <summary>Why a value of <c>ignition.version</c> is none that an Ignition 2 reads, with the remedy; <see langword="null"/>: it is one.</summary>
        public static string? VersionObjection(string version) => IgnitionConfig.Objection(version) is var (reason, remedy) ? $"{reason}; {remedy}" : null;

        /// <summary>Files beside the user's; where the user's config names the same path, that counts.</summary>
        public IReadOnlyList<ProvisionedFile> Files { get; init; } = [];
    }

    /// <summary>A cloud-init NoCloud seed.</summary>
    /// <param name="UserData">Handed over byte for byte; <see langword="null"/> gives an empty <c>#cloud-config</c>.</param>
    /// <param name="MetaData">YAML mapping; <c>instance-id</c>, <c>local-hostname</c> and Kola's key are added where it lacks them.</param>
    /// <param name="NetworkConfig">Handed over byte for byte.</param>
    public sealed record CloudInit(string? UserData, string? MetaData = null, string? NetworkConfig = null) : ProvisioningConfig
    {
        /// <summary>user-data as gzip packed it, which cloud-init unpacks; handed over instead of <see cref="UserData"/>, which is what it holds.</summary>
        public ReadOnlyMemory<byte>? PackedUserData { get; init; }

        /// <summary>Whether cloud-init takes a text as user-data: its first line says what it is.</summary>
        public static bool IsUserData(string text) => IsCloudConfig(text) || CloudInitSeed.IsOtherUserData(text);

        /// <summary>Whether cloud-init takes a text for a cloud-config.</summary>
        public static bool IsCloudConfig(string text) => CloudInitSeed.IsCloudConfig(text);

        /// <summary>A mapping as cloud-config text: JSON is YAML, so nothing is translated.</summary>
        public static string CloudConfig(JsonNode mapping) => $"{CloudInitSeed.CloudConfigHeader}\n{mapping.ToJsonString(SeedJson.Readable)}\n";
    }

    /// <summary>systemd credentials over SMBIOS OEM strings (systemd.system-credentials(7)).</summary>
    /// <param name="Values">Value by credential name.</param>
    public sealed record Credentials(IReadOnlyDictionary<string, string> Values) : ProvisioningConfig;

    /// <summary>Nothing is handed over: the image knows its users. Kola can log in only with a key the image trusts.</summary>
    public sealed record None : ProvisioningConfig;
}
