using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Bench;
using Kola.Bench.Boots;
using NUnit.Framework;

namespace Kola.Tests.Bench;

internal sealed class BenchTests
{
    [TestCase(new double[] { 3, 1, 2 }, 2)]
    [TestCase(new double[] { 4, 1, 2, 3 }, 2.5)]
    [TestCase(new double[] { 7 }, 7)]
    public void The_middle_counts(double[] values, double median) => Measurements.Median(values).Should().Be(median);

    [Test]
    public void A_target_that_is_missed_is_printed()
    {
        var measured = new Measurements();
        measured.Row("quick", 1.5, "s", 2);
        measured.Row("slow", 2.5, "s", 2);
        using var table = new StringWriter();

        measured.Print(table);

        table.ToString().Should().MatchRegex(@"quick +1\.5 s +2 s  met").And.MatchRegex(@"slow +2\.5 s +2 s  MISSED");
    }

    [Test]
    public void Processes_are_followed_to_those_that_they_start() =>
        ProcessTree.ProcessorSeconds(Environment.ProcessId).Should().ContainKey(Environment.ProcessId).WhoseValue.Should().BePositive();

    [Test]
    public void The_machine_by_hand_is_Kolas_with_files_of_its_own()
    {
        var command = BareCommand.Of(
            """
            #!/bin/sh
            #   mkdir -p /s/run/m1
            #   qemu-img create -f qcow2 -F raw -b /img.raw /s/run/m1/boot.qcow2 4294967296
            exec /usr/bin/qemu -drive if=pflash,file=/usr/share/OVMF/OVMF_CODE_4M.fd -drive file=/s/run/m1/boot.qcow2 -smbios type=11,path=/s/run/m1/attachment1 -serial mon:stdio

            """, "/work/bare");

        command.Line.Should().Be("exec /usr/bin/qemu -drive if=pflash,file=/usr/share/OVMF/OVMF_CODE_4M.fd -drive file=/work/bare/boot.qcow2 -serial file:/work/bare/console.log -monitor unix:/work/bare/monitor,server=on,wait=off");
        (command.DiskBytes, command.Variables).Should().Be(("4294967296", "/usr/share/OVMF/OVMF_VARS_4M.fd"));
        FluentActions.Invoking(() => BareCommand.Of("#!/bin/sh\n", "/work")).Should().Throw<BenchException>().WithMessage("qemu.cmd has no *");
    }

    [TestCase("--only lab,speed", "there is no part 'speed'; expected some of boot, paths, set, gate, curve, recording, peers, ten, harness, lab, omaha, judge, phases")]
    [TestCase("--pairs 0", "--pairs 0: expected a whole number from 1")]
    [TestCase("speed", "speed")]
    public async Task A_wrong_request_is_a_usage_error(string line, string complaint)
    {
        var ended = await Cli.Wrap("dotnet").WithArguments([Path.Combine(AppContext.BaseDirectory, "kola-bench.dll"), .. line.Split(' ')])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.CurrentContext.CancellationToken);

        ended.ExitCode.Should().Be(3);
        ended.StandardError.Should().Contain(complaint);
    }
}
