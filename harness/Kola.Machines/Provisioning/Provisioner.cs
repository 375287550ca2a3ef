namespace Kola.Machines.Provisioning;

/// <summary>Turns a provisioning config into what QEMU hands to the guest, with Kola's key added and the user's words unchanged.</summary>
/// <remarks>Why each kind adds the key the way it does is told in README.md beside this file.</remarks>
public sealed class Provisioner
{
    private readonly IgnitionValidator ignition;
    private readonly CloudInitSchema cloudInit;

    public Provisioner()
        : this("ignition-validate", "cloud-init") { }

    internal Provisioner(string ignitionValidate, string cloudInit)
    {
        ignition = new IgnitionValidator(ignitionValidate);
        this.cloudInit = new CloudInitSchema(cloudInit);
    }

    /// <summary>Checks the config and makes its attachments. Starts no machine.</summary>
    /// <exception cref="InputException">The config is refused; the message says where, what was expected and what the checking tool said.</exception>
    public async Task<PreparedProvisioning> PrepareAsync(ProvisioningConfig config, AccessKey key, ProvisioningTarget target, CancellationToken cancellationToken)
    {
        switch (config)
        {
            case ProvisioningConfig.Ignition { Config: var user } ignitionConfig:
                if (ignitionConfig.Validate && user is not null)
                    IgnitionConfig.Check(user);
                var ignitionNotes = ignitionConfig.Validate && user is not null ? await ignition.CheckAsync(user, cancellationToken) : [];
                return new([IgnitionConfig.Attach(ignitionConfig, key.PublicKeyLines, target.User)], ignitionNotes);

            case ProvisioningConfig.CloudInit seed:
                if (seed.Validate)
                    CloudInitSeed.Check(seed);
                var seedNotes = seed.Validate && CloudInitSeed.IsCloudConfig(seed.UserData) ? await cloudInit.CheckAsync(seed.UserData!, cancellationToken) : [];
                return new([CloudInitSeed.Attach(seed, key.PublicKeyLines, target.HostName)], seedNotes);

            case ProvisioningConfig.Credentials credentials:
                return new(SystemdCredentials.Attach(credentials.Values, key.PublicKeyLines, target.User), []);

            case ProvisioningConfig.None:
                return new([], []);

            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
