using FluentAssertions;
using Kola.Bench;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>A large gate that many machines shared, judged together; what it costs, <c>ci/bench --only judge</c> measures.</summary>
[Parallelizable]
internal sealed class ManyShardsTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task What_is_lost_of_many_shards_is_counted_in_one_line_for_each_reason_and_blocks()
    {
        using var kola = new KolaSandbox();
        File.Delete(kola["scenarios/t.one.yaml"]);
        var recorded = new RecordedShards(kola[""], scenarios: 640, shards: 64);
        await recorded.WriteAsync(TimeProvider.System);

        var ended = await kola.RunAsync(["gate", "--from", .. recorded.Runs], Stop);

        ended.Code.Should().Be(2, ended.Complaint);
        ended.Complaint.Should().Contain("GATE NOT PROVEN: what was booted may not ship.").And.Contain("640 required: 576 passed, 64 not proven");
        ended.Stderr.Where(line => line.StartsWith("  BLOCKS  ", StringComparison.Ordinal)).Should().Equal(
            "  BLOCKS  run part-63: it did not finish; resume with kola gate --resume part-63",
            "  BLOCKS  6 of 64 shards are missing: 3, 13, 23, 33, 43, 53; add their runs with --from",
            "  BLOCKS  60 not tried: load.s00003, load.s00013, load.s00023 and 57 more: not in any run's plan, so it was not tried",
            "  BLOCKS  4 not tried: load.s00447, load.s00511, load.s00575 and 1 more: it was planned and did not run");
    }
}
