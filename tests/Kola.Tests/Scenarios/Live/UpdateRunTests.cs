using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Scenarios.Live;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Live;

/// <summary>What ends an update: one in the background outlives its step and the source of the step's token.</summary>
internal sealed class UpdateRunTests
{
    [Test]
    public void The_token_of_an_update_in_the_background_is_not_of_the_steps_disposed_source()
    {
        using var attempt = new CancellationTokenSource();
        var step = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token);
        var token = Started(background: true, step.Token, attempt.Token);

        step.Dispose();

        token.Invoking(kept => kept.WaitHandle).Should().NotThrow("a token of a disposed source throws here");
        attempt.Cancel();
        token.IsCancellationRequested.Should().BeTrue("the update ends with its attempt");
    }

    [Test]
    public void An_update_in_the_background_goes_on_when_its_step_is_cancelled()
    {
        using var attempt = new CancellationTokenSource();
        using var step = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token);
        var token = Started(background: true, step.Token, attempt.Token);

        step.Cancel();

        token.IsCancellationRequested.Should().BeFalse();
    }

    [Test]
    public void An_update_that_its_step_waits_for_ends_with_the_step()
    {
        using var attempt = new CancellationTokenSource();
        using var step = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token);
        var token = Started(background: false, step.Token, attempt.Token);

        step.Cancel();

        token.IsCancellationRequested.Should().BeTrue();
    }

    /// <returns>The token that the update runs with.</returns>
    private static CancellationToken Started(bool background, CancellationToken step, CancellationToken attempt)
    {
        CancellationToken? given = null;
        UpdateRun.Start([], token =>
        {
            given = token;
            return new TaskCompletionSource<UpdateReport>().Task;
        }, background, step, attempt);
        return given!.Value;
    }
}
