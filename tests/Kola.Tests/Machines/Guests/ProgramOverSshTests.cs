using System.Text.Json.Nodes;
using CliWrap;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.AdapterPrograms;
using Kola.Machines.Guests;
using Kola.Machines.Host;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline;
using Kola.Tests.Machines.AdapterPrograms;
using Kola.Tests.Machines.Ssh;
using Kola.Yaml;
using NJsonSchema;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

/// <summary>The example of an adapter program, asked about a scripted guest over real SSH, and programs that do it wrong.</summary>
internal sealed class ProgramOverSshTests
{
    private const string Running = "e963879627678a679db5c5e264660827";

    /// <summary>As sfdisk printed it on the reference OS, release 1, with 2 staged; what does not matter left out.</summary>
    private const string Table = """
        {"partitiontable": {"label": "gpt", "device": "/dev/vda", "unit": "sectors", "partitions": [
          {"node": "/dev/vda1", "type": "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "uuid": "862E84DF-19B7-4275-85B1-4A1C62A25533", "name": "esp"},
          {"node": "/dev/vda2", "type": "77FF5F63-E7B6-4633-ACF4-1565B864C0E6", "uuid": "E951A85D-E8D2-F866-B8AB-FDC4EE579CA3", "name": "kola-os_1_verity"},
          {"node": "/dev/vda3", "type": "8484680C-9521-48C6-9C11-B0720656F69E", "uuid": "039FE98D-4BC1-85EE-480E-2CC593263B6A", "name": "kola-os_1"},
          {"node": "/dev/vda5", "type": "8484680C-9521-48C6-9C11-B0720656F69E", "uuid": "E9638796-2767-8A67-9DB5-C5E264660827", "name": "kola-os_2"},
          {"node": "/dev/vda6", "type": "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709", "uuid": "A4B9C1F0-0000-0000-0000-000000000000"}]}}
        """;

    private readonly TemporaryFolder folder = new();
    private SshServer server = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        if (Executables.Find("python3") is null)
            Assert.Inconclusive("python3 is not installed");
        server = await SshServer.StartWithProgramsAsync();
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "table"), Table, Stop);
        // Only what is asked for in these words is answered.
        Program("lsblk", """echo 'PKNAME="vda" PARTTYPE="c12a7328-f81f-11d2-ba4b-00a0c93ec93b"'; echo 'PKNAME="vda" PARTTYPE="8484680c-9521-48c6-9c11-b0720656f69e"'""", "-Pno PKNAME,PARTTYPE");
        Program("sfdisk", $"cat {server.Folder}/table", "--json /dev/vda");
        Program("bootctl", $"[ \"$1\" = --print-boot-path ] && echo {server.Folder}/boot || echo \"$*\" >> {server.Folder}/said");
        Entries("kola-os_1.efi", "kola-os_2+2-1.efi");
        Program("cat", $$"""
            case "$*" in
              */os-release) printf 'IMAGE_ID=kola-os\nIMAGE_VERSION="2"\n' ;;
              /proc/cmdline) echo 'rw usrhash={{Running}}799fb671cc4d115f8e40d28353fe5825' ;;
              */LoaderEntrySelected-*) printf '\6\0\0\0k\0o\0l\0a\0' ;;
              */LoaderBootCountPath-*) printf '\6\0\0\0'; printf '/EFI/Linux/kola-os_2+2-1.efi' | sed 's/./&\x00/g' ;;
              *) exec /bin/cat "$@" ;;
            esac
            """);
        Program("systemd-bless-boot", "echo indeterminate", "status");
    }

    [TearDown]
    public async Task Clean()
    {
        if (server is not null)
            await server.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task What_runs_and_from_which_slot_is_told_by_the_running_kernel() =>
        (await (await ExampleAsync()).ReleaseAsync(server.Ssh, Stop)).Should().Be(new GuestRelease("kola-os", "2", "B"));

    [TestCase("indeterminate", false, 2)]
    [TestCase("good", true, null)]
    public async Task How_the_boot_is_assessed(string word, bool good, int? left)
    {
        Program("systemd-bless-boot", $"echo {word}", "status");

        (await (await ExampleAsync()).AssessmentAsync(server.Ssh, Stop)).Should().Be(new BootAssessment(good, left, "kola"));
    }

    [Test]
    public async Task What_is_installed_and_how_often_it_was_tried_is_what_the_adapter_in_CSharp_says()
    {
        var (example, own) = (await ExampleAsync(), new SysupdateGuest());

        var installed = await example.InstalledAsync(server.Ssh, Stop);

        installed.Should().HaveCount(2).And.Equal(await own.InstalledAsync(server.Ssh, Stop));
        (await example.TriesAsync(server.Ssh, Stop)).Should().Equal(new Dictionary<string, TryCount> { ["2"] = new(2, 1) }).And.Equal(await own.TriesAsync(server.Ssh, Stop));
    }

    [Test]
    public async Task An_update_ends_with_what_the_tool_says_and_its_words_have_a_meaning()
    {
        Program("systemd-sysupdate", $"cat {Recording("update-foreign.txt")}; exit 1", "update");
        var example = await ExampleAsync();

        var report = await example.UpdateAsync(server.Ssh, TimeSpan.FromMinutes(1), Stop);

        report.ExitCode.Should().Be(1);
        example.Means(report, RefusalReason.ForeignSignature).Should().BeTrue(report.Output);
        example.Means(report, RefusalReason.ServerError).Should().BeFalse();
    }

    [TestCase("1", "kola-os_1.efi")]
    [TestCase("2", "kola-os_2[.+]*")]
    public async Task Rolling_back_names_the_release_s_entry_whatever_its_counter_becomes(string release, string entry)
    {
        await (await ExampleAsync()).RollBackAsync(server.Ssh, release, Stop);

        (await File.ReadAllTextAsync(Path.Combine(server.Folder, "said"), Stop)).Should().Be($"set-default {entry}\n");
    }

    [Test]
    public async Task What_the_program_says_of_the_guest_is_the_guest_s_failure()
    {
        var example = await ExampleAsync();
        Program("sfdisk", "echo cannot open /dev/vda >&2; exit 1");

        var back = () => example.RollBackAsync(server.Ssh, "9", Stop);
        var installed = () => example.InstalledAsync(server.Ssh, Stop);

        await back.Should().ThrowAsync<GuestException>().WithMessage("server: cannot tell the boot loader to take another release: *says: release 9 is not installed*");
        await installed.Should().ThrowAsync<GuestException>().WithMessage("*cannot tell what is installed: *says: cannot open /dev/vda*check that the image's adapter is the right one");
        Program("sfdisk", "echo Failed to ask: Connection timed out >&2; exit 1");
        await installed.Should().ThrowAsync<NoAnswerException>();
    }

    [Test]
    public async Task Updates_come_from_where_they_are_told_to_and_all_that_is_said_is_valid_by_the_schema()
    {
        var etc = await WithAnEtcOfItsOwnAsync();
        Program("systemd-sysupdate", "echo nothing new", "update");
        var example = await ExampleAsync();

        await example.PointAsync(server.Ssh, new Uri("http://10.0.2.100:8080/"), Stop);
        await example.ReleaseAsync(server.Ssh, Stop);
        await example.AssessmentAsync(server.Ssh, Stop);
        await example.InstalledAsync(server.Ssh, Stop);
        await example.TriesAsync(server.Ssh, Stop);
        await example.UpdateAsync(server.Ssh, TimeSpan.FromMinutes(1), Stop);
        await example.RollBackAsync(server.Ssh, "1", Stop);

        (await File.ReadAllTextAsync(Path.Combine(etc, "sysupdate.d", "50-usr.transfer.d", "90-source.conf"), Stop)).Should().Be("[Source]\nPath=http://10.0.2.100:8080/\n");
        var schema = await JsonSchema.FromJsonAsync(AdapterSchema.Text());
        var (questions, replies) = (await File.ReadAllLinesAsync(folder["questions"], Stop), await File.ReadAllLinesAsync(folder["replies"], Stop));
        questions.Select(question => (string)JsonNode.Parse(question)!["question"]!).Distinct().Should().BeEquivalentTo(AdapterSchema.Answers.Keys.Select(kind => kind.Word()));
        questions.Should().HaveSameCount(replies).And.OnlyContain(question => schema.Definitions["question"].Validate(question).Count == 0);
        foreach (var (question, reply) in questions.Zip(replies))
            schema.Definitions[$"reply-to-{JsonNode.Parse(question)!["question"]}"].Validate(reply).Should().BeEmpty(reply);
    }

    [Test]
    public async Task Its_facts_are_those_of_the_adapter_in_CSharp()
    {
        var (example, own) = (await ExampleAsync(), new SysupdateGuest());

        example.Units.Should().BeEquivalentTo(own.Units);
        example.Artifacts.Should().BeEquivalentTo(own.Artifacts);
        (example.TrustAnchors, example.TriesProofs).Should().BeEquivalentTo((own.TrustAnchors, own.TriesProofs));
        (example.Units[UnitRole.Ssh], ((IUpdatingGuest)example).Protocol, example.WritesInPlace).Should().Be(("ssh.service", UpdateProtocol.Files, false));
    }

    [TestCase("""{"protocol":1,"answer":[]}""", "*answered without running a command in the guest; expected 'run' first*")]
    [TestCase("""{"protocol":1,"run":"true"}""", "*wants to run a command after 8 others; expected an answer*")]
    [TestCase("""{"protocol":1,"answer":{"version":"2"}}""", "*printed a wrong reply: answer: got a mapping; expected a list; it printed: {*")]
    [TestCase("""{"protocol":1,"answer":[{"slot":"A","identity":""},{"slot":"A","identity":""}]}""", "*names slot A twice; expected each once*")]
    [TestCase("""{"protocol":1,"answer":[{"slot":"A","identity":"","release":"2"}]}""", "*answer?0?.release: unknown key 'release'; expected slot, version, identity, entry, unfinished*")]
    [TestCase("""{"protocol":1,"answer":[{"identity":""}]}""", "*answer?0?: key 'slot' is missing; expected the name of a slot*")]
    public async Task A_program_that_answers_wrongly_is_named_with_the_question(string reply, string message)
    {
        // The first run asks for a command, unless the reply is one that needs none.
        var first = message.Contains("without running", StringComparison.Ordinal) ? reply : """{"protocol":1,"run":"true"}""";
        var guest = await GuestAsync(folder.Describing($"case \"$q\" in *'\"results\":[]'*) echo '{first}' ;; *) echo '{reply}' ;; esac"));

        var ask = () => guest.InstalledAsync(server.Ssh, Stop);

        await ask.Should().ThrowAsync<AdapterProgramException>().WithMessage($"adapter program ./my-adapter, question 'installed': {message}");
    }

    [Test]
    public async Task Sabotage_is_refused_where_releases_are_numbered_in_another_way_than_os_release_does()
    {
        var guest = await GuestAsync(folder.Describing("""case "$q" in *'"results":[]'*) echo '{"protocol":1,"run":"true"}' ;; *) echo '{"protocol":1,"answer":{"version":"two"}}' ;; esac"""));

        var sabotage = () => guest.SabotageAsync(server.Ssh, new(SabotageKind.Hang, "two"), Stop);

        await sabotage.Should().ThrowAsync<AdapterProgramException>().WithMessage("*answers release two where os-release says 2*");
    }

    /// <summary>The example behind a program that keeps what is said.</summary>
    private Task<ProgramGuest> ExampleAsync() => GuestAsync(folder.Script($"tee -a {folder["questions"]} | '{AdapterScripts.Example}' | tee -a {folder["replies"]}; echo >> {folder["questions"]}; echo >> {folder["replies"]}"));

    private static async Task<ProgramGuest> GuestAsync(string path) => new(await AdapterProgram.OpenAsync(path, "./my-adapter", Stop));

    private static string Recording(string name) => Path.Combine(Checkout.Root, "tests", "Kola.Tests", "Machines", "Guests", "recordings", "sysupdate", name);

    private void Entries(params string[] names)
    {
        foreach (var name in names)
        {
            var file = Path.Combine(server.Folder, "boot", "EFI", "Linux", name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "");
        }
    }

    /// <summary>Commands find another folder at /etc, with a transfer of systemd-sysupdate.</summary>
    private async Task<string> WithAnEtcOfItsOwnAsync()
    {
        var etc = Path.Combine(server.Folder, "etc");
        await Cli.Wrap("cp").WithArguments(["-a", "/etc", etc]).ExecuteAsync(Stop);
        Directory.CreateDirectory(Path.Combine(etc, "sysupdate.d"));
        await File.WriteAllTextAsync(Path.Combine(etc, "sysupdate.d", "50-usr.transfer"), "[Source]\n", Stop);
        server.AddProgram("inside", $"exec unshare --mount sh -c 'mount --bind {etc} /etc && exec sh -c \"$SSH_ORIGINAL_COMMAND\"'");
        server.Options = $"ForceCommand {server.Folder}/bin/inside";
        await server.StopAsync();
        await server.StartProcessAsync();
        return etc;
    }

    /// <param name="expected">Its arguments; with others it ends with 3. <see langword="null"/>: any.</param>
    private void Program(string name, string script, string? expected = null) =>
        server.AddProgram(name, $"{(expected is null ? "" : $"[ \"$*\" = '{expected}' ] || {{ echo \"$0 $*\" >&2; exit 3; }}\n")}{script}");
}
