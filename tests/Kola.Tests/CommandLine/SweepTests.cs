using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary><c>kola sweep</c> as a user calls it.</summary>
[Parallelizable]
internal sealed class SweepTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task Only_one_state_of_a_sweep_is_booted()
    {
        using var kola = new KolaSandbox();

        var ended = await kola.RunAsync(["sweep", "--boot"], Stop);

        ended.Code.Should().Be(3);
        ended.Complaint.Should().Contain("--boot needs the state that is booted; expected such as kola sweep latest --state 217 --boot");
    }
}
