using System.Net;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Qemu.Networks;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu.Networks;

internal sealed class ForwardedPortTests
{
    private const string Said =
        "Hub -1 (net0):\r\n  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r\n"
        + "  TCP[ESTABLISHED]   14       127.0.0.1 50000       10.0.2.15    22     0     0\r\n"
        + "  TCP[HOST_FORWARD]  12       127.0.0.1 43211       10.0.2.15    22     0     0\r\n";

    [Test]
    public void The_port_is_read_from_what_QEMU_prints() => ForwardedPort.Parse(Said, 22).Should().Be(new IPEndPoint(IPAddress.Loopback, 43211));

    [Test]
    public void A_missing_forward_shows_what_QEMU_said() =>
        FluentActions.Invoking(() => ForwardedPort.Parse(Said, 2222)).Should().Throw<HostException>().WithMessage("*2222*HOST_FORWARD*");
}
