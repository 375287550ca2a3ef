namespace Kola.Machines.Provisioning;

/// <summary>Whom the config is for.</summary>
public sealed record ProvisioningTarget
{
    /// <summary>The user Kola logs in as.</summary>
    public required string User { get; init; }

    /// <summary>The machine's name: cloud-init's <c>local-hostname</c> and <c>instance-id</c> where the user gave none.</summary>
    public required string HostName { get; init; }
}

/// <summary>A config made ready.</summary>
/// <param name="Attachments">What the machine is given.</param>
/// <param name="Notes">What the checkers warned of or could not judge; for the log, never an error.</param>
public sealed record PreparedProvisioning(IReadOnlyList<QemuAttachment> Attachments, IReadOnlyList<string> Notes);
