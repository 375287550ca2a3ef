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
    public async Task Prepare()
    {
        server = await SshServer.StartAsync();
        await server.StopAsync();
        server.SearchPath = $"{server.Folder}/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        await server.StartProcessAsync();
    }

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
        var systemctl = Path.Combine(Directory.CreateDirectory(Path.Combine(server.Folder, "bin")).FullName, "systemctl");
        await File.WriteAllTextAsync(systemctl, $"#!/bin/sh\necho '{said}' >&2\nexit 1\n", Stop);
        File.SetUnixFileMode(systemctl, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var asked = await FluentActions.Awaiting(() => new SystemdGuest().PendingAsync(server.Ssh, Stop)).Should().ThrowAsync<GuestException>();

        asked.WithMessage($"*cannot tell what is starting*{said}*");
        ((asked.Which as IStarvable)?.Waited is not null).Should().Be(starvable);
    }
}
