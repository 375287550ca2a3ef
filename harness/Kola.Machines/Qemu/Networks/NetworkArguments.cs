using System.Globalization;
using System.Text;
using Kola.Machines.Host;

namespace Kola.Machines.Qemu.Networks;

/// <summary>Network cards: one on a user network that leads to this host, further ones on user networks of their own or on lab networks.</summary>
internal static class NetworkArguments
{
    /// <param name="socat">Path of socat, which relays served addresses; not needed when nothing is served.</param>
    public static IEnumerable<string> For(NetworkSpec network, string machine, string? socat)
    {
        var options = new StringBuilder("user,id=net0");
        if (!network.Internet)
            options.Append(",restrict=on");
        // QEMU picks the port and is asked for it: a port picked beforehand could be taken by then.
        options.Append(CultureInfo.InvariantCulture, $",hostfwd=tcp:127.0.0.1:0-:{network.SshPort}");
        foreach (var served in network.Served)
            options.Append(CultureInfo.InvariantCulture,
                $",guestfwd=tcp:{served.GuestAddress}:{served.GuestPort}-cmd:{QemuOption.Value(ShellQuote.Word(socat ?? "socat"))} STDIO TCP4:127.0.0.1:{served.HostPort}");
        yield return "-netdev";
        yield return options.ToString();
        yield return "-device";
        yield return Card(0, machine);
        for (var nic = 1; nic <= network.ExtraNics; nic++)
        {
            yield return "-netdev";
            yield return string.Create(CultureInfo.InvariantCulture, $"user,id=net{nic},net=10.0.{2 + nic}.0/24,restrict=on");
            yield return "-device";
            yield return Card(nic, machine);
        }

        foreach (var (index, lab) in network.Lab.Index())
        {
            var nic = 1 + network.ExtraNics + index;
            yield return "-netdev";
            // QEMU connects: a switch that listens is there for each QEMU of a machine that is powered off and on.
            yield return string.Create(CultureInfo.InvariantCulture, $"stream,id=net{nic},server=off,addr.type=unix,addr.path={QemuOption.Value(lab.Socket)}");
            yield return "-device";
            yield return Card(nic, machine);
        }
    }

    /// <summary>No option ROM: nobody boots from the network, and looking for one takes time.</summary>
    private static string Card(int nic, string machine) =>
        string.Create(CultureInfo.InvariantCulture, $"virtio-net-pci,netdev=net{nic},mac={NetworkSpec.HardwareAddress(machine, nic)},romfile=");
}
