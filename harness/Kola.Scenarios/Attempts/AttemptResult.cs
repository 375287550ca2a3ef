using Kola.Machines.Host;
using Kola.Results.Events;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Attempts;

/// <summary>What an attempt came to.</summary>
/// <param name="Reason">Why it did not pass, or what to know of a pass.</param>
internal sealed record AttemptResult(Outcome Outcome, string? Reason)
{
    /// <summary>How long a person had it stopped or kept its machines.</summary>
    public TimeSpan Held { get; init; }

    /// <summary>Number of the step before which it stopped for a person; <see langword="null"/>: it did not. What came after proves nothing.</summary>
    public int? Broke { get; init; }

    /// <summary>How much the host kept the machine from running that it kept most; <see langword="null"/>: none was measured.</summary>
    public (string Machine, Starvation Share)? Load { get; init; }

    /// <summary>Where and since when it failed; <see langword="null"/>: it passed, or was stopped. Its evidence is an absolute path.</summary>
    public FailureCause? Cause { get; init; }

    /// <summary>Whether a starved host is why it did not pass.</summary>
    public bool Starved { get; private init; }

    /// <param name="stopping">Cancelled when the run is stopped.</param>
    public static AttemptResult Of(Exception exception, CancellationToken stopping) =>
        new(Judgement.Of(exception, stopping), Judgement.Describe(exception)) { Starved = exception is StarvedHostException };

    /// <summary>The same after the teardown: what passed and cannot be taken down has not.</summary>
    public AttemptResult After(IReadOnlyList<Exception> failures) => failures is [var first, ..] && Outcome is Outcome.Passed
        ? this with { Outcome = Outcome.Infrastructure, Reason = $"the teardown failed: {Judgement.Describe(first)}" }
        : this;
}
