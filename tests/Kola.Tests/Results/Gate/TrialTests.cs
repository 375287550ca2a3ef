using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate;

/// <summary>The candidate is on trial: a verdict about a release that never ran, or whose own updater never updated, is not proven.</summary>
public sealed class TrialTests
{
    private static readonly ReleaseInRole[] Releases = [Release("previous", "1"), Release("candidate", "2", "automatic-rollback"), Release("next", "3")];

    [Test]
    public void A_candidate_that_was_updated_to_and_updated_itself_passes() =>
        Judge.Of(Request(Whole())).Should().BeEquivalentTo(new { Result = GateResult.Passed, Problems = Array.Empty<string>() });

    [Test]
    public void A_release_of_the_request_that_never_ran_is_not_proven() =>
        NotProven(Request(Run(Boot("1", "boot"))), "candidate (os 2) never ran in a scenario that passed", "next (os 3) never ran in a scenario that passed");

    [Test]
    public void A_candidate_that_was_only_installed_afresh_is_not_proven() =>
        NotProven(Request(Run(Boot("1", "boot"), Boot("2", "boot"), Boot("3", "update"))), "no scenario that passed updated a machine to candidate (os 2)");

    [Test]
    public void A_candidate_whose_own_updater_never_updated_is_not_proven() =>
        NotProven(Request(Run(Boot("1", "boot"), Boot("2", "update"))), "its own updater was never on trial");

    [Test]
    public void Two_machines_do_not_make_one_update() =>
        NotProven(Request(Run(Boot("2", "update", "first"), Boot("3", "update", "second"))), "its own updater was never on trial");

    [Test]
    public void What_a_failed_scenario_ran_proves_nothing() =>
        NotProvenOrFailed(Request(Whole(Outcome.Failed)), "candidate (os 2) never ran in a scenario that passed");

    [Test]
    public void What_only_an_earlier_attempt_ran_proves_nothing()
    {
        var run = new Recording().Plan(Planned, "update.all");
        foreach (var boot in (ReleaseBooted[])[Boot("1", "boot"), Boot("2", "update"), Boot("3", "update")])
            run.Add(boot);
        run.Attempt("update.all", 1, Outcome.Failed).Add(Boot("1", "boot") with { Attempt = 2 }).Attempt("update.all", 2, Outcome.Passed);
        var request = Request(run.End().Run);

        NotProvenOrFailed(request with { Policy = request.Policy with { Retries = 1, FlakyBlocks = false } }, "candidate (os 2) never ran");
    }

    [Test]
    public void A_candidate_that_declares_less_than_the_policy_demands_is_blocked_by_name()
    {
        var request = Request(Whole());

        NotProven(request with { Policy = request.Policy with { Capabilities = ["automatic-rollback", "watchdog"] } }, "the policy demands 'watchdog', which candidate (os 2) does not declare");
    }

    [Test]
    public void A_declared_capability_that_nothing_proved_blocks()
    {
        var request = Request(Whole());

        NotProven(request with { Expected = [request.Expected[0] with { Needs = [] }] }, "declares 'automatic-rollback', and no scenario that passed needs it");
    }

    [Test]
    public void What_the_candidate_cannot_is_not_applicable_and_never_a_pass()
    {
        var request = Request(Whole());

        var verdict = Judge.Of(request with { Expected = [.. request.Expected, Recording.Expected("tpm.sealed") with { Needs = ["tpm"] }] });

        verdict.Result.Should().Be(GateResult.Passed);
        verdict.Scenarios.Single(s => s.Id == "tpm.sealed").Should().BeEquivalentTo(new { Result = GateResult.NotApplicable, Blocks = false, Reason = "it needs tpm, which the candidate does not declare" });
    }

    [Test]
    public void What_the_candidates_family_has_no_file_for_is_not_applicable_and_where_it_has_it_must_run()
    {
        var request = Request(Whole());
        const string part = "the signature as a file of its own";
        GateRequest Of(params string[] without) => request with
        {
            Expected = [.. request.Expected, Recording.Expected("payload.unsigned") with { Parts = [part] }],
            Releases = [.. request.Releases.Select(release => release.Role == ReleaseRole.Candidate ? release with { Without = without } : release)],
        };

        var verdict = Judge.Of(Of(part));

        verdict.Result.Should().Be(GateResult.Passed);
        verdict.Scenarios.Single(s => s.Id == "payload.unsigned").Should().BeEquivalentTo(new { Result = GateResult.NotApplicable, Blocks = false, Reason = $"it needs {part}, which the candidate's family does not have" });
        Judge.Of(Of()).Result.Should().Be(GateResult.NotProven);
    }

    [Test]
    public void A_gate_of_which_nothing_applies_is_not_proven()
    {
        var request = Request(Whole());

        Judge.Of(request with { Expected = [request.Expected[0] with { Needs = ["tpm"] }] }).Result.Should().Be(GateResult.NotProven);
    }

    [Test]
    public void What_a_run_left_out_as_not_applicable_is_not_proven_where_it_applies()
    {
        var planned = Recording.Planned("update.all") with { NotApplicable = "it needs tpm" };
        var run = new Recording().Plan(plan => Planned(plan) with { Scenarios = [planned] }, "update.all").End().Run;

        NotProven(Request(run), "it was skipped as not applicable (it needs tpm), but applies to this candidate");
    }

    [Test]
    public void A_run_with_another_candidate_is_not_proven()
    {
        var request = Request(Whole());

        NotProven(request with { Releases = [Releases[0], Releases[1] with { Sha256 = "another digest" }, Releases[2]] }, "run run-1 took candidate (os 2) with disk digest of 2, which is not what is to be judged");
    }

    private static ReleaseInRole Release(string role, string version, params string[] capabilities) =>
        new() { Role = role, Image = "os", Version = version, Sha256 = $"digest of {version}", Capabilities = capabilities };

    private static RunPlanned Planned(RunPlanned plan) => plan with { Releases = Releases };

    private static ReleaseBooted Boot(string release, string path, string machine = "node") =>
        new() { Scenario = "update.all", Attempt = 1, Machine = machine, Release = release, Path = path, Starts = new Dictionary<string, int>(), Proof = [] };

    private static RecordedRun Whole(Outcome outcome = Outcome.Passed) => Run(outcome, Boot("1", "boot"), Boot("2", "update"), Boot("3", "update"));

    private static RecordedRun Run(params ReleaseBooted[] boots) => Run(Outcome.Passed, boots);

    private static RecordedRun Run(Outcome outcome, params ReleaseBooted[] boots)
    {
        var run = new Recording().Plan(Planned, "update.all");
        foreach (var boot in boots)
            run.Add(boot);
        return run.Attempt("update.all", 1, outcome).End().Run;
    }

    private static GateRequest Request(RecordedRun run)
    {
        var request = Recording.Request(["update.all"], run);
        return request with { Releases = Releases, Expected = [request.Expected[0] with { Needs = ["automatic-rollback"] }] };
    }

    private static void NotProven(GateRequest request, params string[] why)
    {
        Judge.Of(request).Result.Should().Be(GateResult.NotProven);
        NotProvenOrFailed(request, why);
    }

    private static void NotProvenOrFailed(GateRequest request, params string[] why)
    {
        var verdict = Judge.Of(request);

        verdict.Result.Should().NotBe(GateResult.Passed);
        string.Join('\n', [.. verdict.Problems, .. verdict.Scenarios.Where(s => s.Blocks).Select(s => s.Reason)]).Should().ContainAll(why);
    }
}
