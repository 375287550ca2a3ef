using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.External;

/// <summary>Runs an external test of coreos-assembler's kola: an executable that is uploaded and runs as root in a systemd unit of its own, over reboots that it asks for.</summary>
/// <remarks>The contract, in facts: https://coreos.github.io/coreos-assembler/kola/external-tests/.</remarks>
[Keyword("external-test", Value = nameof(Executable)), Description("Run an external test of coreos-assembler's kola in the guest, as root. It may ask for reboots by /tmp/autopkgtest-reboot MARK and the like. A folder 'data' beside it is uploaded with it ($KOLA_EXT_DATA).")]
public sealed record ExternalTestStep : Step, IMachineStep
{
    /// <summary>Absolute path on the host after loading.</summary>
    [Description("The test's executable, relative to the scenario file."), FilePath]
    public required string Executable { get; init; }

    /// <summary>The test's name, for the test itself (<c>KOLA_TEST</c>) and for people; <see langword="null"/>: the executable's file name.</summary>
    [Unwritten]
    public string? Test { get; init; }

    /// <summary>Its number among tests that share a machine, from 1, which do not reboot it; 0: it has the machine to itself.</summary>
    [Unwritten]
    public int Number { get; init; }

    /// <summary>What stands before every path in the guest; empty but in tests of this step, whose guest is a folder.</summary>
    [Unwritten]
    internal string Root { get; init; } = "";

    private protected override string Describe() => Test ?? Path.GetFileName(Executable);

    Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation) =>
        new GuestTest(context, new(Test ?? Path.GetFileName(Executable), Executable, Number, Root)).RunAsync(cancellation);
}
