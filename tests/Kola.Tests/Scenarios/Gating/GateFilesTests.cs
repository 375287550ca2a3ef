using FluentAssertions;
using Kola.Results.Gate;
using Kola.Scenarios.Gating;
using Kola.Scenarios.Model;
using Kola.Tests.Scenarios.Model;
using Kola.Tests.Yaml;
using Kola.Yaml;
using NJsonSchema;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Gating;

/// <summary>Policy and quarantine as files: read, checked, described by a schema.</summary>
public sealed class GateFilesTests
{
    private const string Policy = """
        required:
          - { paths: [scenarios/boot], images: [kola-os], matrix: { tpm: [true] } }
          - scenarios: ['power.*']
        advisory:
          - { tags: [nightly] }
        retries: 1
        flaky: warn
        min-swept-percent: 40
        max-age-days: 7
        max-duration: 2h
        max-quarantine-days: 21
        """;

    private const string Quarantine = """
        quarantine:
          - scenario: boot.uefi[tpm=true]
            reason: The emulator's TPM is slow
            tracker: https://tracker.example/17
            owner: the boot team
            from: 2026-11-20
            until: 2026-11-30
        """;

    private readonly TemporaryFolder folder = new();

    [OneTimeTearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public void What_is_written_is_read()
    {
        var files = Load(Policy, Quarantine);

        files.Policy.Should().BeEquivalentTo(new
        {
            Retries = 1,
            FlakyBlocks = false,
            MinSweptPercent = 40,
            MaxAge = TimeSpan.FromDays(7),
            MaxDuration = TimeSpan.FromHours(2),
            MaxQuarantine = TimeSpan.FromDays(21),
        });
        files.Policy.Required[0].Should().BeEquivalentTo(new { Paths = new[] { "scenarios/boot" }, Images = new[] { "kola-os" } });
        files.Policy.Required[0].Matrix["tpm"].Should().Equal("true");
        files.Policy.Required[1].Place.Should().EndWith("gate.yaml:3:5");
        files.Quarantine.Should().ContainSingle().Which.Should().BeEquivalentTo(new { From = new DateOnly(2026, 11, 20), Until = new DateOnly(2026, 11, 30), Owner = "the boot team" });
    }

    [Test]
    public void What_nobody_writes_is_strict()
    {
        var policy = Load("required: [{ tags: [release] }]", null).Policy;

        policy.Should().BeEquivalentTo(new { Retries = 0, FlakyBlocks = true, MinSweptPercent = 0 });
    }

    [TestCase("required: []", "1:11", "the list is empty")]
    [TestCase("advisory: []", "1:1", "key 'required' is missing")]
    [TestCase("required: [{}]", "1:12", "nothing is given")]
    [TestCase("required: [{ tag: [x] }]", "1:14", "unknown key 'tag'*did you mean 'tags'")]
    [TestCase("required: [{ tags: [] }]", "1:20", "the list is empty")]
    [TestCase("required: [{ paths: [/etc] }]", "1:22", "a path from the checkout's root")]
    [TestCase("required: [{ tags: [x] }]\nflaky: allow", "2:8", "expected one of block, warn")]
    [TestCase("required: [{ tags: [x] }]\nretries: 9", "2:10", "from 0 to 5")]
    [TestCase("", "1:1", "the file is empty")]
    [TestCase("[]", "1:1", "expected a gate policy: a mapping of required")]
    public void A_wrong_policy_is_told_with_its_place(string text, string place, string complaint) =>
        Problems(text, null).Should().ContainSingle().Which.Should().Match($"*gate.yaml:{place}: *{complaint}*");

    [TestCase("    until: 2026-11-30", "", "key 'until' is missing; expected a day such as 2026-01-31")]
    [TestCase("    until: 2026-11-30", "    until: soon", "expected a day such as 2026-01-31")]
    [TestCase("    until: 2026-11-30", "    until: 2026-02-30", "expected a day such as 2026-01-31")]
    [TestCase("    tracker: https://tracker.example/17", "", "key 'tracker' is missing")]
    [TestCase("    tracker: https://tracker.example/17", "    tracker: later", "a link such as")]
    [TestCase("    owner: the boot team", "", "key 'owner' is missing")]
    [TestCase("    reason: The emulator's TPM is slow", "", "key 'reason' is missing")]
    public void A_wrong_quarantine_is_told_with_its_place(string right, string wrong, string complaint)
    {
        Quarantine.Should().Contain(right);

        Problems(Policy, Quarantine.Replace(right, wrong, StringComparison.Ordinal)).Should().ContainSingle().Which.Should().Match($"*quarantine.yaml:*: *{complaint}*");
    }

    [TestCase("ci/gate.yaml", "ci/gate.yaml")]
    [TestCase("elsewhere/night.yaml", "night.yaml")]
    public void A_policy_is_named_as_records_name_it(string file, string name) =>
        GateFiles.Load(folder.Write(file, Policy), folder["no-quarantine.yaml"]).Policy.Name.Should().Be(name);

    [Test]
    public void A_policy_that_is_not_there_is_told() =>
        FluentActions.Invoking(() => GateFiles.Load(folder["nowhere.yaml"], folder["no-quarantine.yaml"])).Should().Throw<ScenarioException>().WithMessage("*there is no such file");

    [Test]
    public void The_checked_in_files_are_valid_and_nothing_in_them_is_idle()
    {
        var files = GateFiles.Load(Path.Combine(Checkout.Root, GateFiles.PolicyPath), Path.Combine(Checkout.Root, GateFiles.QuarantinePath));
        var expected = GateLint.Expected(ScenarioCatalog.Discover(ShippedScenarios.Folder).Select(new()), Checkout.Root);

        GateLint.Check(files, expected, TimeProvider.System.GetUtcNow()).Should().BeEmpty();
        expected.Should().OnlyContain(s => files.Policy.RoleOf(s) == GateRole.Required);
    }

    [TestCase("gate", "ci/gate.schema.json")]
    [TestCase("quarantine", "ci/quarantine.schema.json")]
    public void The_checked_in_schema_is_current(string of, string path)
    {
        var current = File.ReadAllText(Path.Combine(Checkout.Root, path)) == Schema(of);

        current.Should().BeTrue("the schema is derived from the model, which has changed; run: ci/kola schema {0} > {1}", of, path);
    }

    [TestCase("gate", Policy, "tags: [nightly]", "tag: [nightly]")]
    [TestCase("gate", Policy, "retries: 1", "retries: 9")]
    [TestCase("gate", Policy, "flaky: warn", "flaky: allow")]
    [TestCase("quarantine", Quarantine, "until: 2026-11-30", "until: soon")]
    [TestCase("quarantine", Quarantine, "tracker: https://tracker.example/17", "tracker: later")]
    public async Task The_schema_accepts_what_the_reader_accepts_and_refuses_what_it_refuses(string of, string text, string right, string wrong)
    {
        var schema = await JsonSchema.FromJsonAsync(Schema(of));

        schema.Validate(YamlDocuments.ToJson(text).ToJsonString()).Should().BeEmpty();
        schema.Validate(YamlDocuments.ToJson(text.Replace(right, wrong, StringComparison.Ordinal)).ToJsonString()).Should().NotBeEmpty();
    }

    private static string Schema(string of) => of == "gate" ? GateSchema.PolicyText() : GateSchema.QuarantineText();

    private GateFiles Load(string policy, string? quarantine) => GateFiles.Load(folder.Write("gate.yaml", policy), Write(quarantine));

    private List<string> Problems(string policy, string? quarantine)
    {
        List<YamlProblem> problems = [];
        GateFiles.TryLoad(folder.Write("gate.yaml", policy), Write(quarantine), problems).Should().BeNull();
        return [.. problems.Select(problem => problem.ToString())];
    }

    private string Write(string? quarantine) => quarantine is null ? folder["absent.yaml"] : folder.Write("quarantine.yaml", quarantine);
}
