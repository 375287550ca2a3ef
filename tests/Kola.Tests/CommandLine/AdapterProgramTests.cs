using CliWrap.EventStream;
using FluentAssertions;
using Kola.Machines.Host;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

internal sealed class AdapterProgramTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task A_program_is_checked_without_a_machine()
    {
        using var kola = new KolaSandbox();
        kola.Write("images/bad", "#!/bin/sh\necho '{\"protocol\":1,\"answer\":{}}'\n");
        Executable(kola["images/bad"]);

        var (good, bad) = (await kola.RunAsync(["adapter", "check", Path.Combine(Checkout.Root, "images", "adapters", "systemd-sysupdate")], Stop), await kola.RunAsync(["adapter", "check", "images/bad"], Stop));

        good.Code.Should().Be(0, good.Complaint);
        good.Stdout.Should().Contain(line => line.StartsWith("sha256: ", StringComparison.Ordinal)).And.Contain(line => line.StartsWith("roll-back: ls ", StringComparison.Ordinal));
        bad.Code.Should().Be(2);
        bad.Complaint.Should().Contain("question 'describe': printed a wrong reply: answer: key 'basedOn' is missing");
    }

    [Test]
    public async Task Lint_names_a_program_that_is_not_there()
    {
        using var kola = new KolaSandbox();
        kola.Write("images/catalog.yaml", (await File.ReadAllTextAsync(kola["images/catalog.yaml"], Stop)).Replace("adapter: systemd", "adapter: ./my-adapter", StringComparison.Ordinal));

        var lint = await kola.RunAsync(["lint"], Stop);

        lint.Code.Should().Be(1);
        lint.Complaint.Should().MatchRegex(@"images/catalog\.yaml: the adapter program of image 'os': .*/images/my-adapter does not exist");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_killed_Kola_leaves_no_program()
    {
        using var kola = new KolaSandbox();
        kola.Write("hangs", $"#!/bin/sh\n(sleep 600 & echo $! > {kola["helper.new"]}; mv {kola["helper.new"]} {kola["helper"]})\nsleep 600\n");
        Executable(kola["hangs"]);

        await foreach (var told in kola.Follow(["adapter", "check", "./hangs"], Stop))
        {
            if (told is not StartedCommandEvent started)
                continue;
            await UntilAsync(() => File.Exists(kola["helper"]), "the program to run");
            System.Diagnostics.Process.GetProcessById(started.ProcessId).Kill();
        }

        var helper = int.Parse(await File.ReadAllTextAsync(kola["helper"], Stop));
        await UntilAsync(() => ProcessIdentity.StartTimeOf(helper) is null, $"process {helper} to be dead");
    }

    private static async Task UntilAsync(Func<bool> holds, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (!holds())
        {
            patience.IsCancellationRequested.Should().BeFalse($"timed out waiting for {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }
    }

    private static void Executable(string file) => File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
