using FluentAssertions;
using Kola.Scenarios.Clusters;
using Kola.Servers.FleetLock;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Clusters;

[Parallelizable(ParallelScope.All)]
internal sealed class KeptSlotTests
{
    private static readonly DateTimeOffset Up = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [TestCase("a", -60, true)]
    [TestCase("a", 60, false, Description = "asked for since: for the next reboot")]
    [TestCase("b", -60, false, Description = "another machine's")]
    public void A_slot_is_kept_over_a_reboot_where_the_same_client_was_granted_it_before(string holder, int seconds, bool kept) =>
        ClusterWatch.KeptOver([new LockHolder("default", holder, Up.AddSeconds(seconds))], "a", Up).Should().Be(kept);
}
