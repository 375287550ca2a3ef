namespace Kola.Machines.Ssh;

/// <summary>The host key a machine showed first: the only one accepted from then on, across reboots.</summary>
internal sealed class HostKeyPin
{
    private readonly Lock gate = new();

    /// <summary>Algorithm and SHA-256 fingerprint as <c>ssh-keygen -l</c> prints it.</summary>
    public string? Pinned { get; private set; }

    /// <summary>Pins the first key; tells whether a later one is the same.</summary>
    public bool Accept(string offered)
    {
        lock (gate)
            return (Pinned ??= offered) == offered;
    }

    /// <summary>Forgets the key: the next one is the first. For a machine whose disks are new.</summary>
    public void Forget()
    {
        lock (gate)
            Pinned = null;
    }
}
