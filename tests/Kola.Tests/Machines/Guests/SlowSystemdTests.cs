using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Tests.Machines.Ssh;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

/// <summary>A guest whose systemd is too slow for its own tools, over real SSH.</summary>
internal sealed class SlowSystemdTests
{
    private SshServer server = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare() => server = await SshServer.StartWithProgramsAsync();

    [TearDown]
    public async Task Clean()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    [TestCase("Failed to list jobs: Connection timed out", true)]
    [TestCase("Failed to list jobs: Access denied", false)]
    public async Task What_it_did_not_answer_in_time_may_be_the_hosts_fault(string said, bool starvable)
    {
        server.AddProgram("systemctl", $"echo '{said}' >&2\nexit 1");

        var asked = await FluentActions.Awaiting(() => new SystemdGuest().PendingAsync(server.Ssh, Stop)).Should().ThrowAsync<GuestException>();

        asked.WithMessage($"*cannot tell what is starting*{said}*");
        ((asked.Which as IStarvable)?.Waited is not null).Should().Be(starvable);
    }
}
