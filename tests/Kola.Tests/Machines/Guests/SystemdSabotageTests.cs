using System.Diagnostics;
using System.Text.RegularExpressions;
using FluentAssertions;
using Kola.Machines.Guests;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

/// <summary>What the script writes, and whether what it writes tells releases apart: a shell runs both on a folder.</summary>
public sealed partial class SystemdSabotageTests
{
    public static IEnumerable<Sabotage> All =>
        Enum.GetValues<SabotageKind>().Select(kind => new Sabotage(kind, "2", kind is SabotageKind.FailingUnit or SabotageKind.WaitingUnit ? "health.service" : null));

    [TestCaseSource(nameof(All))]
    public void It_takes_effect_on_its_release_only(Sabotage sabotage)
    {
        using var root = new TemporaryFolder();
        Shell(Rooted(SystemdSabotage.Command(sabotage), root)).Should().Be(0);
        var unit = Directory.EnumerateFiles(root["etc/systemd/system"], "*", SearchOption.AllDirectories).First(file => new FileInfo(file).LinkTarget is null);
        // systemd takes the quotes of the argument away, and halves its dollar signs (systemd.service(5)).
        var condition = Condition().Match(File.ReadAllText(unit)).Groups["command"].Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("$$", "$", StringComparison.Ordinal);
        condition = condition.Split(" || exit 0")[0];

        foreach (var (release, matches) in new[] { ("IMAGE_VERSION=2\nVERSION_ID=9", true), ("IMAGE_VERSION=1\nVERSION_ID=2", false), ("VERSION_ID=\"2\"", true), ("VERSION_ID=22", false) })
        {
            root.Write("usr/lib/os-release", release + "\n");
            (Shell(condition) == 0).Should().Be(matches, "{0}", release);
        }
    }

    [Test]
    public void A_failing_unit_is_one_that_is_there()
    {
        using var root = new TemporaryFolder();

        Shell(Rooted(SystemdSabotage.Command(new Sabotage(SabotageKind.FailingUnit, "2", "health.service")), root)).Should().Be(0);

        File.ReadAllText(root["etc/systemd/system/health.service.d/90-sabotage.conf"]).Should().Contain("ExecStartPre=").And.Contain("exit 1");
    }

    private static string Rooted(string script, TemporaryFolder root) =>
        script.Replace("/etc/", $"{root.Path}/etc/", StringComparison.Ordinal).Replace("/usr/lib/", $"{root.Path}/usr/lib/", StringComparison.Ordinal);

    private static int Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]))!;
        shell.WaitForExit();
        return shell.ExitCode;
    }

    [GeneratedRegex("^Exec(?:Condition|StartPre)=/bin/sh -c \"(?<command>.*)\"$", RegexOptions.Multiline)]
    private static partial Regex Condition();
}
