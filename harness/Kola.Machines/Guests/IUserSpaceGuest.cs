using Kola.Machines.Ssh;

namespace Kola.Machines.Guests;

/// <summary>A guest that can restart its user space alone, under the kernel that runs (systemd-soft-reboot.service(8)).</summary>
/// <remarks>Throws as <see cref="IGuestAdapter"/> does.</remarks>
public interface IUserSpaceGuest : IGuestAdapter
{
    /// <summary>An id of the running user space, another one after each restart of it; empty while it goes down or comes up. The boot id stays the same.</summary>
    Task<string> UserSpaceIdAsync(SshSession ssh, CancellationToken cancellationToken);

    /// <summary>Tells the guest to restart its user space. Returns when it has been told; the connection may be lost on the way.</summary>
    Task RequestUserSpaceRebootAsync(SshSession ssh, CancellationToken cancellationToken);
}
