using FluentAssertions;
using Kola.Machines.Host;
using Kola.Machines.Qemu;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu;

internal sealed class QemuProcessTests
{
    [Test]
    public async Task A_process_that_is_gone_can_be_killed_again()
    {
        using var folder = new TemporaryFolder();
        await using var scope = await ProcessScope.StartAsync(folder["state"], TimeProvider.System, CancellationToken.None);
        var process = QemuProcess.Start(scope, "true", [], folder["log"]);
        (await process.Exited).Should().Be(0);
        process.Dispose();

        process.Invoking(p => p.Kill()).Should().NotThrow();
    }
}
