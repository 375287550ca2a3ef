using CliWrap.Buffered;
using FluentAssertions;
using k8s;
using k8s.Models;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>ci/kubernetes.yaml, read strictly as the API's types, and its commands as they stand there on the fake QEMU.</summary>
[Parallelizable]
internal sealed class KubernetesTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    private static string Text => File.ReadAllText(Path.Combine(Checkout.Root, "ci", "kubernetes.yaml"));

    private static V1Job Gate => Read(Text).OfType<V1Job>().First();

    private static V1Job Judge => Read(Text).OfType<V1Job>().Last();

    [Test]
    public void It_is_what_the_API_knows_and_nothing_else()
    {
        Read(Text).Select(one => one.GetType()).Should().Equal(typeof(V1PersistentVolumeClaim), typeof(V1PersistentVolumeClaim), typeof(V1Job), typeof(V1Job));
        FluentActions.Invoking(() => Read(Text.Replace("  parallelism: 4\n", "  parallelisms: 4\n", StringComparison.Ordinal))).Should().Throw<Exception>("an unknown field is refused").Which.ToString().Should().Contain("parallelisms");
    }

    [Test]
    public void Each_pod_knows_which_part_of_how_many_it_takes()
    {
        Gate.Spec.Should().Match<V1JobSpec>(spec => spec.CompletionMode == "Indexed" && spec.Completions == 4 && spec.Parallelism == 4 && spec.Template.Spec.RestartPolicy == "Never");
        Container(Gate).Env.Should().Contain(variable => variable.Name == "JOB_COMPLETIONS" && variable.Value == $"{Gate.Spec.Completions}");
    }

    [Test]
    public void Only_what_boots_machines_takes_the_device_and_nothing_takes_privileges()
    {
        Container(Gate).Resources.Limits.Should().ContainKey("devices.kubevirt.io/kvm");
        Container(Judge).Resources.Limits.Should().NotContainKey("devices.kubevirt.io/kvm");
        foreach (var job in (V1Job[])[Gate, Judge])
        {
            job.Spec.Template.Spec.SecurityContext.RunAsNonRoot.Should().BeTrue();
            Container(job).SecurityContext.Should().Match<V1SecurityContext>(context => context.AllowPrivilegeEscalation == false && context.Privileged != true && context.Capabilities.Drop.Single() == "ALL");
        }
    }

    [Test]
    public void The_jobs_share_the_claims_and_judging_waits()
    {
        var claims = Read(Text).OfType<V1PersistentVolumeClaim>().Select(claim => claim.Metadata.Name).ToArray();
        foreach (var job in (V1Job[])[Gate, Judge])
        {
            var pod = job.Spec.Template.Spec;
            pod.Volumes.Select(volume => volume.PersistentVolumeClaim.ClaimName).Should().BeEquivalentTo(claims);
            Container(job).VolumeMounts.Select(mount => mount.Name).Should().BeEquivalentTo(pod.Volumes.Select(volume => volume.Name));
        }

        Judge.Spec.Suspend.Should().BeTrue();
        Judge.Spec.BackoffLimit.Should().Be(0);
    }

    [Test]
    public void It_names_no_registry() => Container(Gate).Image.Should().Be("KOLA-IMAGE").And.Be(Container(Judge).Image);

    [Test, CancelAfter(600_000)]
    public async Task The_commands_of_the_pods_share_the_gate_and_judge_it()
    {
        using var kola = Sandbox();
        (await kola.RunAsync(["key", "new", kola["release"]], Stop)).Code.Should().Be(0);

        foreach (var index in (int[])[0, 1, 2, 3])
            (await RunAsync(kola, Gate, index)).ExitCode.Should().Be(0, "part {0}", index);
        // As when its node was lost after its last scenario.
        var again = await RunAsync(kola, Gate, 2);
        again.StandardError.Should().Contain("all scenarios have run: judging what is recorded");
        again.ExitCode.Should().Be(0);

        kola.With("KOLA_SIGNING_KEY", await File.ReadAllTextAsync(kola["release.key"], Stop));
        var judged = await RunAsync(kola, Judge, null);
        judged.StandardError.Should().Contain("GATE PASSED: os 2 may ship.").And.Contain("4 required: 4 passed");
        judged.ExitCode.Should().Be(0);
        (await kola.RunAsync(["verify", "--artifact", kola["releases/candidate/SHA256SUMS"], "--record", kola["results/record.dsse.json"], "--key", kola["release.pub"]], Stop)).Code.Should().Be(0);

        Directory.Delete(kola["results/part-3"], recursive: true);
        var lost = await RunAsync(kola, Judge, null);
        lost.StandardError.Should().Contain("GATE NOT PROVEN").And.Contain("shard 4/4 is missing");
        lost.ExitCode.Should().Be(2);
    }

    private static async Task<BufferedCommandResult> RunAsync(KolaSandbox kola, V1Job job, int? index)
    {
        var container = Container(job);
        foreach (var variable in container.Env.Where(variable => variable.Value is not null))
            kola.With(variable.Name, variable.Value.Replace("/tmp", kola["tmp"], StringComparison.Ordinal));
        kola.With("JOB_COMPLETION_INDEX", $"{index}").With("JOB_COMPLETIONS", index is null ? "" : $"{job.Spec.Completions}");
        string[] command = [.. container.Command, .. container.Args.Select(text => text.Replace("/results", kola["results"], StringComparison.Ordinal).Replace("/releases", kola["releases"], StringComparison.Ordinal))];
        var ended = await kola.Wrap(command[0], command[1..]).ExecuteBufferedAsync(Stop);
        await TestContext.Out.WriteLineAsync(ended.StandardError);
        return ended;
    }

    private static V1Container Container(V1Job job) => job.Spec.Template.Spec.Containers.Single();

    private static List<object> Read(string text) => KubernetesYaml.LoadAllFromString(text, strict: true);

    private static KolaSandbox Sandbox()
    {
        var kola = PipelineExampleTests.Sandbox();
        Directory.Move(kola[".kola/releases/kola-os"], kola["releases"]);
        Directory.Move(kola["releases/1"], kola["releases/previous"]);
        Directory.Move(kola["releases/2"], kola["releases/candidate"]);
        var one = File.ReadAllText(kola["scenarios/t.one.yaml"]);
        foreach (var name in (string[])["t.two", "t.three", "t.four"])
            kola.Write($"scenarios/{name}.yaml", one.Replace("t.one", name, StringComparison.Ordinal));
        File.SetUnixFileMode(kola.Write("bin/kola", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "kola.dll")}' \"$@\"\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(kola["tmp"]);
        return kola.With("PATH", $"{kola["bin"]}:{Environment.GetEnvironmentVariable("PATH")}");
    }
}
