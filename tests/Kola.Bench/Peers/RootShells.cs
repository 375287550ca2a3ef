using System.Text;

namespace Kola.Bench.Peers;

/// <summary>
/// How peers come to a root shell in a machine whose image knows nothing of them: systemd (256 or newer) takes units from SMBIOS strings (systemd.system-credentials(7)). So each boots the same image as
/// Kola does, and nothing has to be prepared.
/// </summary>
internal static class RootShells
{
    /// <summary>What the shell on the virtio console 0 says before its first prompt.</summary>
    public const string Ready = "bench-shell-ready";

    /// <summary>QEMU's arguments, without a blank within: a root shell on the virtio console 1, where autopkgtest looks for one, and one on console 0, which os-autoinst talks to.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
    [
        "-smbios", Credential("systemd.extra-unit.bench-shell.service", "[Unit]\nAfter=systemd-user-sessions.service\n[Service]\nType=idle\nExecStart=/bin/sh\nStandardInput=tty-fail\nStandardOutput=tty\nStandardError=tty\nTTYPath=/dev/hvc1\nRestart=always\n"),
        "-smbios", Credential("systemd.unit-dropin.multi-user.target", "[Unit]\nWants=bench-shell.service\n"),
        "-smbios", Credential("systemd.unit-dropin.serial-getty@hvc0.service", $"[Service]\nExecStartPre=/bin/echo {Ready}\nExecStart=\nExecStart=/bin/sh -i\n"),
    ];

    private static string Credential(string name, string text) => $"type=11,value=io.systemd.credential.binary:{name}={Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}";
}
