using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.AdapterPrograms;
using Kola.Machines.Files;
using Kola.Machines.Host;
using Kola.Tests.Yaml;
using NUnit.Framework;

namespace Kola.Tests.Machines.AdapterPrograms;

internal sealed class AdapterProgramTests
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [OneTimeTearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public async Task A_program_says_what_holds_for_its_family_and_is_known_by_its_digest()
    {
        var path = folder.Describing("exit 1");

        var program = await AdapterProgram.OpenAsync(path, "./my-adapter", Stop);

        program.Facts.Artifacts["payload"].Name.Should().Be("*.bundle");
        (program.Name, program.Sha256).Should().Be(("./my-adapter", await FileDigest.Sha256OfAsync(path, Stop)));
    }

    [TestCase("echo oops >&2; exit 7", "*ended with exit code 7; on standard error: oops; expected 0 and a JSON object*")]
    [TestCase("kill -9 $$", "*ended with exit code 137*")]
    [TestCase("", "*did not print one JSON object*it printed: nothing*")]
    [TestCase("echo hello; echo trace >&2", "*did not print one JSON object*it printed: hello; on standard error: trace*")]
    [TestCase("echo '[]'", "*did not print a JSON object; expected one with 'protocol'*")]
    [TestCase("echo '{\"protocol\":1}{\"protocol\":1}'", "*did not print one JSON object*")]
    [TestCase("echo '{\"protocol\":1,\"protocol\":1}'", "*did not print one JSON object*'protocol'*")]
    [TestCase("echo '{\"protocol\":2,\"result\":5}'", "*speaks version 2 of the protocol; expected 1*")]
    [TestCase("echo '{\"error\":\"x\"}'", "*key 'protocol' is missing*")]
    [TestCase("echo '{\"protocol\":\"1\",\"error\":\"x\"}'", "*protocol: got '1'; expected a whole number*")]
    [TestCase("echo '{\"protocol\":1}'", "*neither 'answer' nor 'run' nor 'error' is given*")]
    [TestCase("echo '{\"protocol\":1,\"run\":\"true\",\"error\":\"x\"}'", "*both 'run' and 'error' are given*")]
    [TestCase("echo '{\"protocol\":1,\"run\":\"true\"}'", "*asked to run a command in a guest*without a machine*")]
    [TestCase("echo '{\"protocol\":1,\"error\":\"no idea\"}'", "*failed*without a machine: no idea*")]
    [TestCase("echo '{\"protocol\":1,\"answer\":{\"basedOn\":\"launchd\"}}'", "*answer.basedOn: got 'launchd'; expected systemd*answer: key 'artifacts' is missing*")]
    public async Task What_does_not_speak_the_protocol_is_named_with_what_was_expected(string script, string message) =>
        await Opening(folder.Script(script)).Should().ThrowAsync<AdapterProgramException>().WithMessage($"adapter program ./my-adapter, question 'describe': {message}*kola adapter check {folder["my-adapter"]}");

    [TestCase("refusal: {}", "answer.refusal: unknown key 'refusal'*did you mean 'refusals'*")]
    [TestCase("refusals: {odd: x}", "answer.refusals.odd: got key 'odd'; expected a reason*")]
    [TestCase("refusals: {corrupt: '(?=x)'}", "answer.refusals.corrupt: not a regular expression without look-around*")]
    [TestCase("units: {updater: my-updater}", "answer.units.updater: got 'my-updater'; expected the full name of a unit*")]
    [TestCase("trustAnchors: [keys/a.pem]", "answer.trustAnchors?0?: got 'keys/a.pem'; expected an absolute path*")]
    [TestCase("countsTries: null", "answer.countsTries: no value; expected true or false*")]
    public async Task A_wrong_fact_is_named_with_its_place(string fact, string message)
    {
        var (key, value) = fact.Split(": ", 2) is [var first, var second] ? (first, second) : throw new ArgumentException(fact);
        var facts = JsonNode.Parse(AdapterScripts.Facts)!.AsObject();
        facts[key] = YamlDocuments.ToJson(value);
        var program = folder.Script($"cat <<'REPLY'\n{new JsonObject { ["protocol"] = 1, ["answer"] = facts }.ToJsonString()}\nREPLY");

        await Opening(program).Should().ThrowAsync<AdapterProgramException>().WithMessage($"*printed a wrong reply: *{message}");
    }

    [Test]
    public async Task A_file_that_cannot_be_run_is_refused_with_the_remedy()
    {
        await Opening(folder["nothing"]).Should().ThrowAsync<AdapterProgramException>().WithMessage("*/nothing does not exist; expected an executable file*");
        await Opening(folder.Path).Should().ThrowAsync<AdapterProgramException>().WithMessage("*is a folder*");
        await Opening(folder.Write("plain", "#!/bin/sh\n")).Should().ThrowAsync<AdapterProgramException>().WithMessage("*is not executable; run: chmod +x *");
        await Opening(AdapterScripts.Executable(folder.Write("odd", "#!/no/such/interpreter\n"))).Should().ThrowAsync<AdapterProgramException>().WithMessage("*ended with exit code 127*not found*");
    }

    [Test]
    public async Task An_endless_program_is_killed_by_its_time_and_by_its_output()
    {
        await Opening(folder.Script("echo waiting >&2; sleep 600"), TimeSpan.FromSeconds(1)).Should().ThrowAsync<AdapterProgramException>().WithMessage("*did not end within 1 s, and was killed*");
        await Opening(folder.Script("exec yes")).Should().ThrowAsync<AdapterProgramException>().WithMessage("*printed more than 1048576 bytes, and was killed*");
    }

    [Test]
    public async Task What_stops_Kola_stops_the_program()
    {
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);

        var open = () => AdapterProgram.OpenAsync(folder.Script($"echo $$ > {folder["pid"]}; exec sleep 600"), "./my-adapter", stopping.Token);

        await open.Should().ThrowAsync<OperationCanceledException>();
        await IsDeadAsync();
    }

    [TestCase("sleep 600 & echo $! > PID; echo REPLY", null, TestName = "A process that it started in the background")]
    [TestCase("(sleep 600 & echo $! > PID); sleep 600", "*did not end within 3 s*", TestName = "A process whose parent has gone, of a program that hangs")]
    public async Task Nothing_outlives_the_program(string script, string? failure)
    {
        var path = folder.Script(script.Replace("PID", folder["pid"], StringComparison.Ordinal).Replace("REPLY", $$"""'{"protocol":1,"answer":{{AdapterScripts.Facts}}}'""", StringComparison.Ordinal));

        var open = Opening(path, failure is null ? null : TimeSpan.FromSeconds(3));

        if (failure is null)
            (await open()).Facts.CountsTries.Should().BeTrue();
        else
            await open.Should().ThrowAsync<AdapterProgramException>().WithMessage(failure);
        await IsDeadAsync();
    }

    [Test]
    public async Task A_program_that_was_changed_is_another_one()
    {
        var program = await AdapterProgram.OpenAsync(folder.Describing("exit 1"), "./my-adapter", Stop);
        folder.Describing("exit 2");

        var ask = () => program.AskAsync<ReleaseAnswer>(AdapterQuestion.Of(AdapterQuestionKind.Release), Stop);

        await ask.Should().ThrowAsync<AdapterProgramException>().WithMessage("*question 'release': *is not what it was when the run began*run again*");
        File.Delete(program.Path);
        await ask.Should().ThrowAsync<AdapterProgramException>().WithMessage("*cannot be read any more*");
    }

    [Test]
    public void Its_faults_are_never_the_product_s() => typeof(AdapterProgramException).Should().BeDerivedFrom<HostException>();

    private static Func<Task<AdapterProgram>> Opening(string path, TimeSpan? bound = null) => () => AdapterProgram.OpenAsync(path, "./my-adapter", Stop, bound);

    private async Task IsDeadAsync()
    {
        var pid = int.Parse(await File.ReadAllTextAsync(folder["pid"], Stop));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (ProcessIdentity.StartTimeOf(pid) is not null)
        {
            patience.IsCancellationRequested.Should().BeFalse($"process {pid} should be dead");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }
    }
}
