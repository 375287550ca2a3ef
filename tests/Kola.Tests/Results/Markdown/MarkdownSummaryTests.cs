using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Markdown;
using Kola.Tests.Results.Gate;
using Kola.Tests.Results.Stories;
using NUnit.Framework;

namespace Kola.Tests.Results.Markdown;

public sealed class MarkdownSummaryTests
{
    [Test]
    public async Task A_run_tells_first_what_did_not_pass()
    {
        using var run = await RecordedFolder.MakeAsync();

        var page = MarkdownSummary.Of(run.Story);

        page.Should().StartWith("## Kola: 1 of 6 passed, interrupted\n");
        page.Should().Contain("| ❌ | `update.bad` | failed | 1 |").And.Contain("| ⚠️ | `boot.flaky` | flaky | 2 |").And.Contain("| ⚠️ | `update.untried` | not tried | 0 |").And.Contain("| ✅ | `boot.good` | passed | 1 |");
        page.IndexOf("update.bad", StringComparison.Ordinal).Should().BeLessThan(page.IndexOf("boot.good", StringComparison.Ordinal));
        page.Should().Contain("run it again: `ci/kola run 'update.bad' --seed 7`");
    }

    [Test]
    public void A_verdict_says_first_whether_it_may_ship()
    {
        string[] two = ["boot.one", "boot.two"];
        var request = Recording.Request(two, new Recording().Plan(two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, Outcome.Failed).End().Run);

        var page = MarkdownSummary.Of(Judge.Of(request), "os 2");

        page.Should().StartWith("## ❌ Gate of os 2 failed: it may not ship\n").And.Contain("| ❌ | `boot.two` | failed | required | 1 |").And.Contain("| ✅ | `boot.one` | passed | required | 1 |");
    }

    [Test]
    public void Text_of_a_guest_cannot_leave_its_fence()
    {
        var run = new Recording().Plan("boot.one").Attempt("boot.one", 1, Outcome.Passed)
            .Add(new AttemptStarted { Scenario = "boot.one", Attempt = 2 })
            .Add(new AttemptFinished { Scenario = "boot.one", Attempt = 2, Outcome = Outcome.Failed, Seconds = 1, Reason = "```\n# not a headline" }).End().Run;

        MarkdownSummary.Of(Kola.Results.Stories.RunStory.Of("/nowhere", run.Events)).Should().Contain("````\n```\n# not a headline\n````");
    }
}
