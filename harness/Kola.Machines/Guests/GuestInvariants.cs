namespace Kola.Machines.Guests;

/// <summary>What an update, a fall-back and a rollback leave as it was, at one moment.</summary>
public sealed record GuestInvariants
{
    /// <summary>As machine-id(5).</summary>
    public required string MachineId { get; init; }

    /// <summary>Fingerprints of the SSH host keys (<c>SHA256:…</c>, as ssh-keygen(1) prints them) by type, such as <c>ssh-ed25519</c>.</summary>
    public required IReadOnlyDictionary<string, string> HostKeys { get; init; }

    public required string Hostname { get; init; }

    /// <summary>Files below <c>/etc</c> by absolute path: the SHA-256 of their content, or <c>link to TARGET</c>. At most <see cref="SystemdInvariants.MostFiles"/> of at most 1 MiB.</summary>
    public required IReadOnlyDictionary<string, string> Etc { get; init; }

    /// <summary>Ids of the boots that the journal has, oldest first.</summary>
    public required IReadOnlyList<string> Boots { get; init; }

    /// <summary>The guest's own clock.</summary>
    public required DateTimeOffset Clock { get; init; }

    /// <summary>The size of the root file system, in bytes.</summary>
    public required long RootSize { get; init; }

    public required IReadOnlyCollection<string> EnabledUnits { get; init; }

    /// <summary>Files of keys and certificates that updates are trusted by, by path: the SHA-256 of their content. None where the family names none.</summary>
    public IReadOnlyDictionary<string, string> TrustAnchors { get; init; } = new Dictionary<string, string>();

    /// <summary>The files that were asked for, by path; <see langword="null"/> for one that is missing.</summary>
    public required IReadOnlyDictionary<string, CanaryState?> Canaries { get; init; }
}

/// <summary>A file whose owner and mode are watched besides its content.</summary>
/// <param name="Mode">Octal.</param>
/// <param name="Owner"><c>user:group</c>, as numbers.</param>
/// <param name="Attributes">Extended attributes as <c>name=value</c>, in order; <see langword="null"/> when the guest has no tar(1) to tell them.</param>
/// <param name="Sha256">Of the content.</param>
public sealed record CanaryState(string Mode, string Owner, string? Attributes, string Sha256);
