using Kola.Scenarios.Model;
using Kola.Yaml;

namespace Kola.Tests.Scenarios.Model;

/// <summary>A folder of scenario files that is gone after the test.</summary>
internal sealed class ScenarioFolder : IDisposable
{
    /// <summary>Right in every respect, and with something of everything.</summary>
    public const string Valid = """
        scenario: test.valid
        summary: Something of everything
        tags: [boot, ci]
        timeout: 3m
        image: kola-os
        matrix:
          tpm: [false, true]
        parameters:
          size: 2GiB
        networks: { lab: 10.20.0.0/24 }
        machines:
          one:
            image: kola-os:1
            cpus: 2
            memory: 1GiB
            firmware: uefi-secure-boot
            tpm: ${tpm}
            disk: { bus: nvme, size: 4GiB }
            disks: { data: { size: "${size}", bus: virtio } }
            network: { internet: false, extra-nics: 1, joins: { lab: 10.20.0.11 } }
            graphics: true
            ready: { allow-failed-units: [a.service], timeout: 2m }
          two:
            ready: false
            start: false
        allow: [kernel-panic]
        steps:
          - run: systemctl is-active sshd
            on: one
            name: The daemon runs
            exit: 0
            stdout: active
            stderr: { lacks: error, matches: '^$' }
            timeout: 20s
          - upload: { content: hello, to: /tmp/x, mode: "0644" }
            on: [one, two]
          - download: { from: /tmp/x, to: x.txt }
            on: one
          - reboot: soft
            on: one
          - power-off: one
          - power-on: [one, two]
          - power-cut: two
          - wait-for: { unit: x.service, state: active }
            on: one
            timeout: 30s
          - wait-for: { file: /tmp/x }
            on: one
          - wait-for: { command: true, exit: any, stdout: { contains: [a, b] } }
            on: one
          - wait-for: { console: 'login: $' }
            on: one
          - wait-for: { port: 80 }
            on: one
          - expect:
              release: 1
              slot: A
              units: { ssh.service: active }
              failed-units: []
              files: { /etc/hostname: { equals: node1, mode: "0644", owner: root }, /x: absent }
              cmdline: { contains: quiet }
              boots: 2
              marked-good: true
              tries-left: 3
            on: one
          - console: { seen: welcome, never: [panic, oops] }
            on: one
          - compare: hostname
            outputs: different
          - serve: updates
            release: kola-os:2
            faults:
              - { bit-flip: '*.usr.*', at: 50%, times: 2 }
              - { truncate: a, after: 1KiB }
              - { wrong-length: a, by: 5B }
              - { stall: a, after: random, for: 2s }
              - { throttle: a, rate: 1MiB }
              - { reset: a, after: 0.5% }
              - { status: a, code: 503 }
              - { redirect: a, to: /b }
              - { rewrite: a, content: hello }
              - { swap: a, with: kola-os:1 }
              - { foreign-signature: a.gpg }
          - sabotage: failing-unit
            unit: a.service
            release: 2
            on: one
          - update: 2
            from: updates
            background: true
            on: one
          - wait-for: { update: 2, refused: no }
            on: one
          - update: 2
            refused: no
            on: one
          - update: 2
            up-to-date: true
            on: one
          - fall-back: 1
            how: hard
            tried: { "2": 3 }
            on: one
          - rollback: 1
            on: one
          - requests: updates
            seen: [{ path: SHA256SUMS, status: 200, count: 1 }]
          - power-cut: one
            when: { served: 50%, of: '*.efi', server: updates }
          - power-cut: one
            when: { console: panic }
          - network: down
            for: 2s
            when: { served: 1MiB }
            on: one
          - fleet-lock: locks
            faults:
              - { down: all }
              - { slow: pre-reboot, by: 5s }
              - { error: steady-state, code: 503, times: 2 }
              - { grants-twice: pre-reboot }
          - lab: lab
            partition: [[one], []]
            faults: [{ from: one, to: one, loss: 5%, delay: 20ms, jitter: 5ms, reorder: 1%, duplicate: 0.5%, bandwidth: 1MiB }]
          - watch: cluster
            at-most-down: 1
            writes: { command: 'cat /x; echo $KOLA_WRITE > /x', within: 5s }
            lock: { id: cat /etc/machine-id, server: locks, held-down: 1m }
          - roll: 2
            on: [one, two]
            from: updates
            wait: false
        """;

    private readonly string root = Directory.CreateTempSubdirectory("kola-scenarios-").FullName;

    public string Root => root;

    /// <summary>The least that is a scenario, with these lines at its end (a step, unless they begin further left).</summary>
    public static string Minimal(string lines, string name = "test.minimal") =>
        $"scenario: {name}\nsummary: A test\nimage: kola-os\nmachines:\n  node: {{}}\nsteps:\n{lines}\n";

    public string Write(string text, string name = "test.yaml") => Write(System.Text.Encoding.UTF8.GetBytes(text), name);

    public string Write(byte[] bytes, string name = "test.yaml")
    {
        var path = Path.Combine(root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public Scenario Load(string text) => ScenarioFile.Load(Write(text), root);

    /// <summary>What is said about a text, as <c>line:column: message</c>.</summary>
    public IReadOnlyList<string> Problems(string text) => Problems(System.Text.Encoding.UTF8.GetBytes(text));

    public IReadOnlyList<string> Problems(byte[] bytes)
    {
        List<YamlProblem> problems = [];
        var path = Write(bytes);
        _ = ScenarioFile.TryLoad(path, root, problems);
        return [.. problems.Select(problem => problem.ToString().Replace(path + ":", "", StringComparison.Ordinal))];
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
