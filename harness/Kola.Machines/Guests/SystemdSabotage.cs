using Kola.Machines.Host;

namespace Kola.Machines.Guests;

/// <summary>Sabotage of any systemd Linux whose /etc is kept over updates. Nothing of the image is changed: a unit of /etc asks which release runs.</summary>
internal static class SystemdSabotage
{
    private const string Units = "/etc/systemd/system";

    /// <summary>A script for root that puts the files in place, durably.</summary>
    /// <exception cref="ArgumentException">A failing unit without its name.</exception>
    public static string Command(Sabotage sabotage) => sabotage.Kind switch
    {
        SabotageKind.FailingUnit => DropIn(sabotage, sabotage.Unit ?? throw new ArgumentException("the unit that fails is not named", nameof(sabotage))),
        SabotageKind.WaitingUnit => Waiting(sabotage, sabotage.Unit ?? throw new ArgumentException("the unit that waits is not named", nameof(sabotage))),
        SabotageKind.Panic => Unit(sabotage, "panic", "echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger"),
        SabotageKind.Hang => Unit(sabotage, "hang", "exec sleep infinity"),
        SabotageKind.NoNetwork => Unit(sabotage, "no-network", "mkdir -p /run/systemd/network; printf '[Match]\\\\nName=*\\\\n[Link]\\\\nUnmanaged=yes\\\\n' > /run/systemd/network/00-sabotage.network"),
    };

    /// <summary>Succeeds on the release only. The same names as <see cref="SystemdGuest.Release"/> takes, in their order.</summary>
    private static string IsRelease(Sabotage sabotage) =>
        $". /usr/lib/os-release; [ \"$${{IMAGE_VERSION:-$${{OSTREE_VERSION:-$${{VERSION_ID:-$$BUILD_ID}}}}}}\" = {ShellQuote.Word(sabotage.Release)} ]";

    private static string DropIn(Sabotage sabotage, string unit) => Write($"{Units}/{unit}.d/90-sabotage.conf", $"""
        [Service]
        ExecStartPre=/bin/sh -c {Quoted($"{IsRelease(sabotage)} || exit 0; echo sabotaged; exit 1")}
        """);

    private static string Waiting(Sabotage sabotage, string unit) => Write($"{Units}/{unit}.d/90-sabotage.conf", $"""
        [Service]
        TimeoutStartSec=infinity
        ExecStartPre=/bin/sh -c {Quoted($"{IsRelease(sabotage)} || exit 0; until [ -e {Sabotage.GoOn} ]; do sleep 0.25; done")}
        """);

    private static string Unit(Sabotage sabotage, string kind, string act)
    {
        var name = $"sabotage-{kind}.service";
        return Write($"{Units}/{name}", $"""
            [Unit]
            Description=Sabotage: {kind}
            DefaultDependencies=no
            Before=sysinit.target network-pre.target systemd-networkd.service shutdown.target
            After=local-fs.target
            Conflicts=shutdown.target
            [Service]
            Type=oneshot
            TimeoutStartSec=infinity
            ExecCondition=/bin/sh -c {Quoted(IsRelease(sabotage))}
            ExecStart=/bin/sh -c {Quoted(act)}
            """)
            + $"\nmkdir -p {Units}/sysinit.target.requires\nln -sf ../{name} {Units}/sysinit.target.requires/{name}\nsync";
    }

    private static string Write(string path, string content)
    {
        var quoted = ShellQuote.Word(path);
        return $"set -e\nmkdir -p {ShellQuote.Word(path[..path.LastIndexOf('/')])}\ncat > {quoted} <<'SABOTAGE'\n{content}\nSABOTAGE\nsync";
    }

    /// <summary>One argument of a unit's command line (systemd.service(5)); what is in it doubles its own dollar signs.</summary>
    private static string Quoted(string text) => $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
