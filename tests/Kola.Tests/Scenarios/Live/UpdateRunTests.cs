using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Scenarios.Live;
using Microsoft.Extensions.Time.Testing;
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

    [Test]
    public async Task What_the_update_tool_took_is_told_by_the_harness_clock()
    {
        var time = new FakeTimeProvider();
        var tool = new TaskCompletionSource<UpdateReport>();
        var run = UpdateRun.Start([], _ => tool.Task, time, background: false, CancellationToken.None, CancellationToken.None);

        time.Advance(TimeSpan.FromSeconds(23));
        tool.SetResult(new(0, "done"));

        (await run.Report).Should().Be(new UpdateReport(0, "done") { Took = TimeSpan.FromSeconds(23) });
    }

    /// <returns>The token that the update runs with.</returns>
    private static CancellationToken Started(bool background, CancellationToken step, CancellationToken attempt)
    {
        CancellationToken? given = null;
        UpdateRun.Start([], token =>
        {
            given = token;
            return new TaskCompletionSource<UpdateReport>().Task;
        }, TimeProvider.System, background, step, attempt);
        return given!.Value;
    }
}
