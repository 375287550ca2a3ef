using System.Net.Sockets;
using FluentAssertions;
using Kola.Machines.Host;
using Kola.Machines.Qemu.Tpm;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu.Tpm;

/// <summary>The real swtpm.</summary>
internal sealed class SoftwareTpmTests
{
    /// <summary>CMD_INIT without flags, as QEMU sends it before the guest starts (swtpm_ioctls(3)).</summary>
    private static readonly byte[] Initialise = [0, 0, 0, 2, 0, 0, 0, 0];

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [TestCase("plain")]
    [TestCase("with,mode=0777, a comma")]
    public async Task A_TPM_keeps_its_state_in_the_folder_that_it_is_given(string name)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder[name]);
        await using var scope = await ProcessScope.StartAsync(folder["state"], TimeProvider.System, Stop);
        var (state, socket) = (folder[$"{name}/tpm"], folder[$"{name}/m1.tpm"]);

        await using (await SoftwareTpm.StartAsync(scope, state, socket, folder["swtpm.log"], TimeProvider.System, Stop))
        {
            using var control = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await control.ConnectAsync(new UnixDomainSocketEndPoint(socket), Stop);
            await control.SendAsync(Initialise, Stop);
            var answer = new byte[4];
            (await control.ReceiveAsync(answer, Stop)).Should().Be(4);
            answer.Should().Equal([0, 0, 0, 0], "{0}", await File.ReadAllTextAsync(folder["swtpm.log"], Stop));
            File.Exists(Path.Combine(state, "tpm2-00.permall")).Should().BeTrue();
        }
    }
}
