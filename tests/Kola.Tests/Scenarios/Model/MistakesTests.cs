using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

/// <summary>Each mistake that a person can make has its message and its place.</summary>
public sealed class MistakesTests
{
    private readonly ScenarioFolder folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    // The steps begin in line 7, at column 5.
    [TestCase("  - run:", "7:9: no value; expected a command")]
    [TestCase("  - run: ''", "7:10: got ''; expected a command")]
    [TestCase("  - run: [a, b]", "7:10: got a list; expected a command")]
    [TestCase("  - run: a\n    exit: 256", "8:11: got '256'; expected an exit code from 0 to 255, any, or failure")]
    [TestCase("  - run: a\n    stdout: {}", "8:13: nothing is given; expected at least one of equals, contains, lacks, matches")]
    [TestCase("  - run: a\n    stdout: { match: x }", "8:15: unknown key 'match'; expected equals, contains, lacks, matches; did you mean 'matches'?")]
    [TestCase("  - run: a\n    stdout: { matches: '(' }", "8:24: not a regular expression: *")]
    [TestCase("  - run: a\n    run: b", "8:5: duplicate key 'run' (first at line 7)")]
    [TestCase("  - run: a\n    reboot: soft", "8:5: 'reboot' beside 'run'; expected one kind of step in an entry")]
    [TestCase("  - run: a\n    timeout: 1200h", "8:14: '1200h' is too long; expected a duration of at most 100h")]
    [TestCase("  - clock: +999999999d", "7:5: the offset +999999999d is too long; expected at most 36500d either way")]
    [TestCase("  - clock: -36501d", "7:5: the offset -36501d is too long; *")]
    [TestCase("  - fleet-lock: a\n  - { serve: a, release: kola-os:2 }", "8:5: 'a' is a FleetLock server; expected another name")]
    [TestCase("  - run: a\n    timeout: 0s", "8:14: got '0s'; expected a duration such as 500ms, 20s, 3m or 1h")]
    [TestCase("  - reboot", "7:5: got 'reboot'; expected a mapping with one of the keys *")]
    [TestCase("  - reboot: sotf", "7:13: got 'sotf'; expected one of soft, hard, own, user-space; did you mean 'soft'?")]
    [TestCase("  - upload: { to: /x }", "7:13: neither 'from' nor 'content' is given; expected one of them")]
    [TestCase("  - upload: { to: /x, from: test.yaml, content: a }", "7:40: both 'from' and 'content' are given; expected one of them")]
    [TestCase("  - upload: { content: a, to: x }", "7:31: got 'x'; expected an absolute path")]
    [TestCase("  - upload: { content: a, to: /x, mode: 644 }", "7:41: got '644'; expected a file mode of four octal digits such as \"0644\"")]
    [TestCase("  - upload: { content: a, to: /x, timeout: 3s }", "7:35: unknown key 'timeout'; *; it belongs beside 'upload', not into its mapping")]
    [TestCase("  - upload: { content: a, to: /x }\n    mode: \"0644\"", "8:5: unknown key 'mode'; *; it belongs into the mapping of 'upload'")]
    [TestCase("  - upload: { from: missing, to: /x }", "7:21: file 'missing' does not exist in *")]
    [TestCase("  - upload: { from: tets.yaml, to: /x }", "7:21: file 'tets.yaml' does not exist in *; did you mean 'test.yaml'?")]
    [TestCase("  - upload: { from: /etc/passwd, to: /x }", "7:21: '/etc/passwd' is not a relative path; *")]
    [TestCase("  - upload: { from: ../../etc/passwd, to: /x }", "7:21: '../../etc/passwd' leads out of *")]
    [TestCase("  - download: { from: /x, to: ../x }", "7:31: got '../x'; expected a plain file name")]
    [TestCase("  - wait-for: {}", "7:15: no kind of wait-condition; *")]
    [TestCase("  - wait-for: { port: 80, unit: a.service }", "7:27: 'unit' beside 'port'; *")]
    [TestCase("  - wait-for: { port: 70000 }", "7:23: got '70000'; expected a whole number from 1 to 65535")]
    [TestCase("  - wait-for: { unit: sshd }", "7:23: got 'sshd'; expected a unit's full name such as sshd.service, or one of ssh, boot-complete, health, mark-good, updater, reboot-agent")]
    [TestCase("  - expect: {}", "7:13: nothing is given; *")]
    [TestCase("  - expect: { units: { a.service: actve } }", "7:35: got 'actve'; expected one of active, *; did you mean 'active'?")]
    [TestCase("  - expect: { files: { etc: absent } }", "7:24: got key 'etc'; expected an absolute path")]
    [TestCase("  - expect: { files: { /etc: gone } }", "7:30: got 'gone'; expected one of present, absent*")]
    [TestCase("  - expect: { boots: \"2\" }", "7:22: got '2'; expected a whole number from 1 to 1000")]
    [TestCase("  - power-off: node\n    on: node", "8:5: 'power-off' says already what 'on' does; expected one of them")]
    [TestCase("  - power-off: [node, node]", "7:5: a machine is named twice in 'on'; *")]
    [TestCase("  - compare: hostname\n    outputs: equal", "7:5: 'compare' is about one machine; expected at least two")]
    [TestCase("  - update: 2", "7:5: nothing is served before 'update'; expected a step 'serve' before it")]
    [TestCase("  - requests: updates\n    seen: [a]", "7:5: nothing is served before 'requests'; *")]
    [TestCase("  - power-cut:\n    when: { served: 1% }", "7:5: nothing is served before 'power-cut'; *")]
    [TestCase("  - power-cut:\n    when: { served: 101% }", "8:21: got '101%'; expected a place such as 50%, 4MiB or random")]
    [TestCase("  - power-cut:\n    when: { of: a }", "8:11: neither 'served' nor 'console' nor 'says' nor 'started' is given; *")]
    [TestCase("  - { serve: a, release: kola-os:2 }\n  - update: 2\n    from: b", "8:5: no server is called 'b'; expected one of a*")]
    [TestCase("  - { serve: a, release: kola-os:2 }\n  - { serve: b, release: kola-os:2 }\n  - update: 2", "9:5: 'update' does not say which server; expected 'from:' with one of a, b")]
    [TestCase("  - { serve: a, release: kola-os:2 }\n  - { update: 2, refused: x, up-to-date: true }", "8:5: both 'refused' and 'up-to-date' are given; *")]
    [TestCase("  - { serve: a, release: kola-os:2 }\n  - { update: 2, refused: x, background: true }", "8:5: an update in the background is judged later; *")]
    [TestCase("  - { serve: a, release: kola-os:2 }\n  - fleet-lock: a", "8:5: 'a' is a server that serves a release; expected another name")]
    [TestCase("  - { fleet-lock: a, groups: { etcd: 1 } }\n  - { fleet-lock: a, groups: { etcd: 2 } }", "8:5: the groups of 'a' are there already; *")]
    [TestCase("  - { fleet-lock: a, groups: { etcd: -1 } }", "7:38: got '-1'; expected a whole number from 0 to 1000")]
    [TestCase("  - { fleet-lock: a, groups: { 'e tcd': 1 } }", "7:32: got key 'e tcd'; expected a group's name of letters, digits, dots and dashes")]
    [TestCase("  - { fleet-lock: a, faults: [{ down: reboot }] }", "7:39: got 'reboot'; expected one of all, pre-reboot, steady-state*")]
    [TestCase("  - serve: a\n    release: kola-os", "8:14: got 'kola-os'; expected previous, candidate, next, oldest, or an image with its release such as debian-cloud:1")]
    [TestCase("  - serve: a\n    release: kola-os:2\n    faults: [{ bitflip: x }]", "9:14: no kind of payload-fault; *; did you mean 'bit-flip'?")]
    [TestCase("  - { serve: a, release: kola-os:2, on: node }", "7:37: unknown key 'on'; *")]
    [TestCase("  - sabotage: failing-unit\n    release: 2", "7:5: which unit fails is not said; expected 'unit'")]
    [TestCase("  - sabotage: panic\n    unit: a.service\n    release: 2", "7:5: 'unit' has no meaning here; *")]
    [TestCase("  - run: a\n    ? [x]\n    : y", "8:7: a list as a key; expected a name")]
    [TestCase("  - run: a\n    <<: { name: b }", "8:5: merge keys ('<<') are not supported; write the keys out")]
    [TestCase("  - run: !!binary YQ==", "7:10: YAML tag 'tag:yaml.org,2002:binary' is not supported; leave it out")]
    [TestCase("  - run: echo ${turn}\nmatrix: { turn: [a, b] }", "8:11: 'turn' counts the turns of a repeated scenario; expected another name")]
    [TestCase("  - run: echo ${tpm}", "7:10: unknown variable '${tpm}'; expected a key of 'matrix' or 'parameters' (there is none), a role (oldest, previous, candidate, next), or $${ where the text itself has ${")]
    [TestCase("  - run: systemctl restart ${unit.sshd}", "7:10: unknown unit '${unit.sshd}'; expected unit.ROLE with one of ssh, boot-complete, *")]
    [TestCase("  - run: a\nallow: [panic]", "8:9: 'panic' is unknown; expected one of firmware-gave-up, verity-corruption, *")]
    [TestCase("  - run: a\nmatrix: {}", "8:9: the mapping is empty; expected at least one entry")]
    [TestCase("  - run: ${a}\nmatrix: { a: [] }", "8:14: the list is empty; expected at least one entry")]
    [TestCase("  - run: ${a}\nmatrix: { a: [x, x] }", "8:18: duplicate value 'x'; expected each once")]
    [TestCase("  - run: ${a}\nmatrix: { a: [x y] }", "8:15: matrix value 'x y'; expected letters, *")]
    [TestCase("  - run: a\nmatrix: { tpm: [false, true] }", "8:11: variable 'tpm' is never used; use it as ${tpm} or leave it out")]
    [TestCase("  - run: a\nparameters: { size: 1 }", "8:15: variable 'size' is never used; *")]
    [TestCase("  - run: ${a}\nmatrix: { a: [1] }\nparameters: { a: 2 }", "8:11: 'a' is a parameter too; expected one meaning of a variable")]
    [TestCase("  - run: ${size} ${sise}\nparameters: { size: 1 }", "7:10: unknown variable '${sise}'; expected one of size, *; did you mean 'size'?")]
    [TestCase("  - run: ${a}\nmatrix: { a: [1] }\ntags: ['${a}']", "9:8: '${a}' cannot stand in 'tags'; variables are replaced in timeout, image, machines, allow, steps")]
    public void A_mistake_is_told_with_its_place(string lines, string expected)
    {
        folder.Problems(ScenarioFolder.Minimal(lines)).Should().ContainMatch(expected);
    }

    // The machine is in line 5.
    [TestCase("Node: {}", "5:3: got key 'Node'; expected a machine's name *")]
    [TestCase("node:", "5:8: no value; expected a mapping of *")]
    [TestCase("node: { ignition: {}, cloud-init: { user-data: a } }", "5:25: both 'ignition' and 'cloud-init' are given; expected one of them")]
    [TestCase("node: { ignition: '{' }", "5:21: the text is not JSON *")]
    [TestCase("node: { ignition: '[]' }", "5:21: the text is JSON but no object; *")]
    [TestCase("node: { ignition: { file: none.ign } }", "5:29: file 'none.ign' does not exist in *")]
    [TestCase("node: { disk: { bus: ide } }", "5:24: got 'ide'; expected one of virtio, nvme, scsi")]
    [TestCase("node: { disks: { Data: 1GiB } }", "5:20: got key 'Data'; expected lower-case letters, *")]
    [TestCase("node: { disks: { data: {} } }", "5:26: key 'size' is missing; expected a size *")]
    [TestCase("node: { cpus: 0 }", "5:17: got '0'; expected a whole number from 1 to 64")]
    [TestCase("node: { firmware: efi }", "5:21: got 'efi'; expected one of uefi, uefi-secure-boot, bios; did you mean 'uefi'?")]
    [TestCase("node: { ready: maybe }", "5:18: got 'maybe'; expected true or false")]
    [TestCase("node: { credentials: { 'a b': x } }", "5:26: got key 'a b'; expected a credential's name")]
    public void A_mistake_in_a_machine_is_told_with_its_place(string machine, string expected)
    {
        var problems = folder.Problems(ScenarioFolder.Minimal("  - run: a").Replace("node: {}", machine, StringComparison.Ordinal));

        problems.Should().ContainMatch(expected);
    }

    [Test]
    public void With_several_machines_a_step_says_which()
    {
        var problems = folder.Problems(ScenarioFolder.Minimal("  - run: a").Replace("  node: {}", "  a: {}\n  b: {}", StringComparison.Ordinal));

        problems.Should().Equal("8:5: 'run' does not say on which machine; expected 'on:' with one of a, b");
    }

    [TestCase("steps: []", "6:8: the list is empty; expected at least one entry")]
    [TestCase("steps:", "6:7: no value; expected a list")]
    [TestCase("steps: none", "6:8: got 'none'; expected a list")]
    public void A_scenario_without_steps_is_refused(string steps, string expected)
    {
        folder.Problems(ScenarioFolder.Minimal("").Replace("steps:\n", steps + "\n", StringComparison.Ordinal)).Should().Equal(expected);
    }
}
